/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The library as an application has it: loaded when the program runs, public
 * functions only. The names are those of the functions.
 */
#ifndef APP_API_H
#define APP_API_H

#include <stdbool.h>

#include <AEEStdErr.h>
#include <remote.h>
#include <rpcmem.h>

#include "harness.h"
#include "probe.h"

#define DSP_ERROR(code) ((int)(DSP_AEE_EOFFSET + (code)))

struct api {
	void *library;
	__typeof__(remote_handle_open) *remote_handle_open;
	__typeof__(remote_handle_invoke) *remote_handle_invoke;
	__typeof__(remote_handle_close) *remote_handle_close;
	__typeof__(remote_handle_control) *remote_handle_control;
	__typeof__(remote_handle64_open) *remote_handle64_open;
	__typeof__(remote_handle64_invoke) *remote_handle64_invoke;
	__typeof__(remote_handle64_close) *remote_handle64_close;
	__typeof__(remote_handle64_control) *remote_handle64_control;
	__typeof__(remote_session_control) *remote_session_control;
	__typeof__(fastrpc_mmap) *fastrpc_mmap;
	__typeof__(fastrpc_munmap) *fastrpc_munmap;
	__typeof__(remote_mem_map) *remote_mem_map;
	__typeof__(remote_mem_unmap) *remote_mem_unmap;
	__typeof__(remote_mmap64) *remote_mmap64;
	__typeof__(remote_munmap64) *remote_munmap64;
	__typeof__(remote_register_buf) *remote_register_buf;
	__typeof__(remote_register_buf_attr2) *remote_register_buf_attr2;
	__typeof__(remote_register_fd2) *remote_register_fd2;
	__typeof__(remote_register_dma_handle) *remote_register_dma_handle;
	__typeof__(remote_handle64_invoke_async) *remote_handle64_invoke_async;
	__typeof__(fastrpc_async_get_status) *fastrpc_async_get_status;
	__typeof__(fastrpc_release_async_job) *fastrpc_release_async_job;
	__typeof__(rpcmem_alloc) *rpcmem_alloc;
	__typeof__(rpcmem_alloc2) *rpcmem_alloc2;
	__typeof__(rpcmem_free) *rpcmem_free;
	__typeof__(rpcmem_to_fd) *rpcmem_to_fd;
};

extern struct api api;

/** api_load - "libcdsprpc.so.1" and the like; the subtest fails without */
void api_load(struct api *api, const char *library);

/** api_begin - libcdsprpc in api, and unsigned processes asked for */
void api_begin(void);

/** api_end - close all sessions and unload the library */
void api_end(void);

/** on_mainline - the machine has mainline's driver, not QDA's */
bool on_mainline(void);

/** open_probe - the probe skel in a session of the compute DSP */
remote_handle64 open_probe(unsigned int session);

/** probe_word - a method that takes a number, with an optional number out */
int probe_word(remote_handle64 probe, uint32_t method, uint32_t in,
	       uint32_t *out);

/** heap_fd - a dma-buf of the system heap, at least @floor; a skip without */
int heap_fd(size_t size);

/** open_files - how many the program has */
unsigned int open_files(void);

/** entries_of - how many a folder has, "." and ".." among them */
unsigned int entries_of(const char *folder);

/** count_in - how often @part is in @text */
unsigned int count_in(const char *text, const char *part);

/* An argument of a call. */
static inline remote_arg buffer_arg(const void *memory, size_t size)
{
	remote_arg arg;

	arg.buf.pv = (void *)memory;
	arg.buf.nLen = size;
	return arg;
}

#endif
