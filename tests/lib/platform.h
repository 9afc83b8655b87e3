/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What root can do to the device: take the driver from it, pull it out,
 * restart its DSP, and see what is left when nobody uses it.
 */
#ifndef QDA_TEST_PLATFORM_H
#define QDA_TEST_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

/** Bound for whatever brings the device back: a node, a DSP, a module */
#define PLATFORM_BACK_MS 20000

/** file_write - write a text to a file of sysfs or debugfs: 0 or an errno */
int file_write(const char *path, const char *text);

/** file_number - the number a file of sysfs or debugfs holds, or an errno */
int64_t file_number(const char *path);

/** kernel_is_debug - the kernel's checkers make everything slow */
bool kernel_is_debug(void);

/** driver_autoprobe - let the driver take the DSP by itself, or not */
void driver_autoprobe(bool on);

/**
 * driver_unbind - take the driver from the DSP, which runs on and offers
 * itself again: 0, or -ENODEV when it has none
 */
int driver_unbind(void);

/** driver_bind - give it back, once the DSP offers itself; needs no autoprobe */
void driver_bind(void);

/** driver_unload - remove the module: 0 or a negative errno, without a wait */
int driver_unload(void);

/** driver_load - load the module that was unloaded */
void driver_load(void);

/** dsp_unplug, dsp_plug - pull the whole DSP out of the machine; back again */
void dsp_unplug(void);
void dsp_plug(void);

/** dsp_starts - how often the DSP has started */
int64_t dsp_starts(void);

/**
 * dsp_kill - let the DSP crash now: 0, or a negative errno when it is doing so
 * already; it starts again by itself
 */
int dsp_kill(void);

/** dsp_wait - wait until it started again since there were so many @starts */
void dsp_wait(int64_t starts);

/** dsp_restart - let the DSP crash, and wait until its device is there again */
void dsp_restart(void);

/** platform_repair - make good what a subtest that failed has left */
void platform_repair(void);

/** node_wait - wait until the device can be opened; the subtest fails without */
void node_wait(void);

/**
 * nothing_is_left - all that the device has to give is there again: every
 * context bank can be had and works; no session, call, map or BO exists. The
 * caller has closed its files.
 */
void nothing_is_left(void);

#endif
