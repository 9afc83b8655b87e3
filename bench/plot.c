// SPDX-License-Identifier: BSD-3-Clause
#include "plot.h"

#include <math.h>

#include "axis.h"
#include "format.h"

#define WIDTH	   760
#define HEIGHT	   340
#define LEFT	   70
#define RIGHT	   190 /* room for the names of lines */
#define TOP	   14
#define BOTTOM	   56
#define LABEL_ROOM 34 /* between two labels of the x axis */
#define BAR_LEFT   210
#define BAR_RIGHT  70
#define BAR_HEIGHT 30
#define FAR_APART  15.0 /* the greatest by the least: a logarithmic axis */

const char *plot_colour(unsigned int colour)
{
	/* Okabe and Ito: told apart by all eyes. */
	static const char *const colours[] = {
		"#0072b2", "#d55e00", "#009e73", "#cc79a7",
		"#b8860b", "#56b4e9", "#444444", "#8b3a9c",
	};

	return colours[colour % (sizeof(colours) / sizeof(colours[0]))];
}

void plot_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else if (*text == '"')
			fputs("&quot;", out);
		else
			fputc(*text, out);
	}
}

static void begin(FILE *out, const char *title, int height)
{
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		"role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n<title>",
		WIDTH, height);
	plot_text(out, title);
	fprintf(out,
		"</title>\n<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
		WIDTH, height);
}

static void put_text(FILE *out, double x, double y, const char *anchor,
		     const char *colour, const char *text)
{
	fprintf(out,
		"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">",
		x, y, anchor, colour);
	plot_text(out, text);
	fputs("</text>\n", out);
}

static void put_line(FILE *out, double x1, double y1, double x2, double y2,
		     const char *style)
{
	fprintf(out, "<path d=\"M%.1f %.1fL%.1f %.1f\" %s/>\n", x1, y1, x2, y2,
		style);
}

/* ---- Lines ------------------------------------------------------------- */

static void find_range(const struct plot *plot, bool of_x, double *low,
		       double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (unsigned int i = 0; i < plot->count; i++) {
		const struct plot_line *line = &plot->lines[i];

		for (unsigned int j = 0; j < line->count; j++) {
			*low = fmin(*low, of_x ? line->x[j] : line->y[j].low);
			*high = fmax(*high,
				     of_x ? line->x[j] : line->y[j].high);
		}
	}
}

/* As the points of the first line with the most of them, if there is room. */
static void put_x_labels(FILE *out, const struct plot *plot,
			 const struct axis *x)
{
	const struct plot_line *longest = &plot->lines[0];
	double last = -LABEL_ROOM;
	char text[FORMAT_MAX];

	for (unsigned int i = 1; i < plot->count; i++)
		if (plot->lines[i].count > longest->count)
			longest = &plot->lines[i];
	for (unsigned int i = 0; i < longest->count; i++) {
		double at = axis_place(x, longest->x[i]);

		put_line(out, at, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 5,
			 "stroke=\"#555\"");
		if (at - last < LABEL_ROOM)
			continue;
		if (plot->x_bytes)
			format_bytes(text, longest->x[i]);
		else
			snprintf(text, sizeof(text), "%g", longest->x[i]);
		put_text(out, at, HEIGHT - BOTTOM + 18, "middle", "#333", text);
		last = at;
	}
	put_text(out, (x->start + x->end) / 2, HEIGHT - 16, "middle", "#333",
		 plot->x_label);
}

static void put_y_axis(FILE *out, const struct plot *plot, const struct axis *y)
{
	char text[FORMAT_MAX];

	for (unsigned int i = 0; i < y->count; i++) {
		double at = axis_place(y, y->ticks[i]);

		put_line(out, LEFT, at, WIDTH - RIGHT, at, "stroke=\"#ddd\"");
		snprintf(text, sizeof(text), "%g", y->ticks[i]);
		put_text(out, LEFT - 8, at + 4, "end", "#333", text);
	}
	fprintf(out,
		"<text transform=\"translate(14 %d) rotate(-90)\" "
		"text-anchor=\"middle\" fill=\"#333\">",
		(TOP + HEIGHT - BOTTOM) / 2);
	plot_text(out, plot->y_label);
	fputs("</text>\n", out);
	put_line(out, LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM,
		 "stroke=\"#555\"");
}

static void put_points(FILE *out, const struct plot_line *line,
		       const struct axis *x, const struct axis *y)
{
	const char *colour = plot_colour(line->colour);
	char style[64];

	snprintf(style, sizeof(style), "stroke=\"%s\" stroke-width=\"1.2\"",
		 colour);
	for (unsigned int i = 0; i < line->count; i++) {
		double at = axis_place(x, line->x[i]);
		double low = axis_place(y, line->y[i].low),
		       high = axis_place(y, line->y[i].high);

		put_line(out, at, low, at, high, style);
		put_line(out, at - 4, low, at + 4, low, style);
		put_line(out, at - 4, high, at + 4, high, style);
		fprintf(out,
			"<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n",
			at, axis_place(y, line->y[i].value), colour);
	}
}

static void put_curve(FILE *out, const struct plot_line *line,
		      const struct axis *x, const struct axis *y)
{
	if (!line->count)
		return;
	fprintf(out,
		"<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" d=\"",
		plot_colour(line->colour));
	for (unsigned int i = 0; i < line->count; i++)
		fprintf(out, "%c%.1f %.1f", i ? 'L' : 'M',
			axis_place(x, line->x[i]),
			axis_place(y, line->y[i].value));
	fputs("\"/>\n", out);
	put_points(out, line, x, y);
}

static void put_legend(FILE *out, const struct plot *plot)
{
	int y = TOP - 12;

	for (unsigned int i = 0; i < plot->count; i++) {
		if (!plot->lines[i].count)
			continue;
		y += 20;
		fprintf(out,
			"<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>\n",
			WIDTH - RIGHT + 14, y,
			plot_colour(plot->lines[i].colour));
		put_text(out, WIDTH - RIGHT + 34, y + 6, "start", "#222",
			 plot->lines[i].label);
	}
}

void plot_lines(FILE *out, const struct plot *plot)
{
	double x_low, x_high, y_low, y_high;
	bool y_log;
	struct axis x, y;

	find_range(plot, true, &x_low, &x_high);
	find_range(plot, false, &y_low, &y_high);
	if (!(x_high >= x_low) || !(y_high >= y_low))
		return;
	y_log = y_low > 0 && y_high / y_low > FAR_APART;
	x = (struct axis){ plot->x_log,	       x_low, x_high, LEFT + 12,
			   WIDTH - RIGHT - 12, 0,     { 0 } };
	if (x_high <= x_low)
		x.high = plot->x_log ? x_low * 2 : x_low + 1;
	axis_init(&y, y_log ? y_low : 0, y_high, y_log, HEIGHT - BOTTOM, TOP);
	begin(out, plot->title, HEIGHT);
	put_y_axis(out, plot, &y);
	put_x_labels(out, plot, &x);
	for (unsigned int i = 0; i < plot->count; i++)
		put_curve(out, &plot->lines[i], &x, &y);
	put_legend(out, plot);
	fputs("</svg>\n", out);
}

/* ---- Bars -------------------------------------------------------------- */

static void put_bar(FILE *out, const struct plot_bar *bar, const struct axis *x,
		    double y)
{
	const char *colour = plot_colour(bar->colour);
	double low = axis_place(x, bar->low), high = axis_place(x, bar->high);
	char text[FORMAT_MAX], style[64];

	put_text(out, BAR_LEFT - 10, y + 4, "end", "#222", bar->label);
	fprintf(out,
		"<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\" rx=\"3\" "
		"fill=\"%s\" fill-opacity=\"0.28\"/>\n",
		low, y - 7, fmax(high - low, 2), colour);
	snprintf(style, sizeof(style), "stroke=\"%s\" stroke-width=\"2\"",
		 colour);
	put_line(out, axis_place(x, bar->middle.low), y,
		 axis_place(x, bar->middle.high), y, style);
	fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>\n",
		axis_place(x, bar->middle.value), y, colour);
	put_text(out, fmax(high, axis_place(x, bar->middle.high)) + 10, y + 4,
		 "start", "#222", format_number(text, bar->middle.value));
}

void plot_bars(FILE *out, const struct bars *bars)
{
	int height = TOP + (int)bars->count * BAR_HEIGHT + BOTTOM - 8;
	double low = INFINITY, high = -INFINITY;
	char text[FORMAT_MAX];
	struct axis x;
	bool apart;

	for (unsigned int i = 0; i < bars->count; i++) {
		low = fmin(low,
			   fmin(bars->bars[i].low, bars->bars[i].middle.low));
		high = fmax(high, fmax(bars->bars[i].high,
				       bars->bars[i].middle.high));
	}
	if (!(high >= low))
		return;
	apart = low > 0 && high / low > FAR_APART;
	axis_init(&x, apart ? low : 0, high, apart, BAR_LEFT,
		  WIDTH - BAR_RIGHT);
	begin(out, bars->title, height);
	for (unsigned int i = 0; i < x.count; i++) {
		double at = axis_place(&x, x.ticks[i]);

		put_line(out, at, TOP - 4, at, height - BOTTOM + 10,
			 "stroke=\"#ddd\"");
		snprintf(text, sizeof(text), "%g", x.ticks[i]);
		put_text(out, at, height - BOTTOM + 26, "middle", "#333", text);
	}
	put_text(out, (BAR_LEFT + WIDTH - BAR_RIGHT) / 2.0, height - 8,
		 "middle", "#333", bars->x_label);
	for (unsigned int i = 0; i < bars->count; i++)
		put_bar(out, &bars->bars[i], &x,
			TOP + 10 + (double)i * BAR_HEIGHT);
	fputs("</svg>\n", out);
}
