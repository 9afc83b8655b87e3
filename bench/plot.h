/* SPDX-License-Identifier: BSD-3-Clause */
/* Plots as SVG, to stand in a page. Texts are plain, and get escaped. */
#ifndef BENCH_PLOT_H
#define BENCH_PLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "statistics.h"

#define PLOT_LINES_MAX	8
#define PLOT_POINTS_MAX 16

/* A line of points with their intervals, NAN where there is none. */
struct plot_line {
	char label[64];
	unsigned int colour; /* any number: the same one is the same colour */
	unsigned int count;
	double x[PLOT_POINTS_MAX];
	struct interval y[PLOT_POINTS_MAX];
};

struct plot {
	const char *title;
	const char *x_label;
	const char *y_label;
	bool x_log;
	bool x_bytes;
	unsigned int count;
	struct plot_line lines[PLOT_LINES_MAX];
};

/* A bar from p10 to p90, with the median and its interval. */
struct plot_bar {
	char label[64];
	unsigned int colour;
	double low;
	double high;
	struct interval middle;
};

struct bars {
	const char *title;
	const char *x_label;
	unsigned int count;
	struct plot_bar bars[PLOT_LINES_MAX];
};

/** plot_lines - with a logarithmic y axis where the values are far apart */
void plot_lines(FILE *out, const struct plot *plot);

/** plot_bars - one below the other on one axis */
void plot_bars(FILE *out, const struct bars *bars);

/** plot_text - write text into a page or a plot, escaped */
void plot_text(FILE *out, const char *text);

/** plot_colour - "#0072b2" */
const char *plot_colour(unsigned int colour);

#endif
