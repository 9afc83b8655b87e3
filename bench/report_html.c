// SPDX-License-Identifier: BSD-3-Clause
/* A page with everything in it: no script, no picture and no font from elsewhere. */
#include "report.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "format.h"
#include "plot.h"
#include "report_names.h"

#define TITLE "QDA: calls to the DSP, compared"

static const char head[] =
	"<!DOCTYPE html>\n<!-- SPDX-License-Identifier: BSD-3-Clause -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n<title>" TITLE
	"</title>\n"
	"<style>\n"
	"body{font:15px/1.45 sans-serif;color:#222;background:#fff;max-width:820px;margin:2em auto;"
	"padding:0 1em}\n"
	"h1{font-size:1.5em}h2{font-size:1.2em;margin-top:2.2em;border-bottom:1px solid #ccc}\n"
	"h3{font-size:1em;margin:1.8em 0 .3em}\n"
	"table{border-collapse:collapse;font-size:13px;margin:.6em 0}\n"
	"th,td{padding:2px 9px;text-align:right;border-bottom:1px solid #e4e4e4;vertical-align:top}\n"
	"th:first-child,td:first-child,.text{text-align:left}\n"
	"svg{width:100%;height:auto;display:block;margin:.4em 0}\n"
	".met,.not,.none,td:nth-last-child(2){white-space:nowrap}.met{color:#00703c}.not{color:#b3261e;font-weight:bold}.none{color:#777}\n"
	"small{color:#555}dl{display:grid;grid-template-columns:max-content 1fr;gap:1px 1em;"
	"font-size:13px}dd{margin:0}details{margin:.4em 0}\n"
	"</style>\n</head>\n<body>\n<h1>" TITLE "</h1>\n";

static const char method[] =
	"<p>Contenders of a table take turns, a block of calls each, in the order A&nbsp;B&nbsp;B&nbsp;A. "
	"Figures are medians of blocks; brackets are 95&nbsp;% confidence intervals (bootstrap over "
	"blocks). A ratio is the median over rounds of a contender's block to the first contender's "
	"block next to it: absolute times depend on what else the machine did, ratios hardly. The DSP "
	"checks the data of each call and counts the calls. Loops in the kernel and programs with their "
	"system calls, and ways of waiting, are never in one table.</p>\n";

static void cell(FILE *out, const char *text)
{
	fputs("<td>", out);
	plot_text(out, text);
	fputs("</td>", out);
}

static void fact(FILE *out, const char *name, const char *value)
{
	fprintf(out, "<dt>%s<dd>", name);
	plot_text(out, value);
	fputc('\n', out);
}

static void put_facts(FILE *out, const struct report *report)
{
	char text[FORMAT_MAX];

	fputs("<dl>\n", out);
	fact(out, "Command", report->command);
	fact(out, "Date", report->date);
	fact(out, "Kernel", report->kernel);
	fact(out, "Processor", report->processor);
	snprintf(text, sizeof(text), "%u, %s of memory", report->processors,
		 format_bytes((char[FORMAT_MAX]){ 0 },
			      round((double)report->memory / (1 << 20)) *
				      (1 << 20)));
	fact(out, "Processors of the machine", text);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)report->seed);
	fact(out, "Seed", text);
	snprintf(text, sizeof(text), "%.0f s%s", report->seconds,
		 report->quick ? ", with --quick" : "");
	fact(out, "Took", text);
	if (report->load)
		fact(out, "Load", report->load);
	fputs("</dl>\n", out);
}

static void put_goals(FILE *out, const struct goals *goals)
{
	static const char *const classes[] = {
		[GOAL_MET] = "met",
		[GOAL_NOT_MET] = "not",
		[GOAL_NOT_MEASURED] = "none",
	};

	fputs("<h2>Goals</h2>\n<table><tr><th>No.<th class=\"text\">what<th>measured"
	      "<th>target<th></tr>\n",
	      out);
	for (unsigned int i = 0; i < goals->count; i++) {
		const struct goal *goal = &goals->list[i];

		fputs("<tr>", out);
		cell(out, goal->number);
		fputs("<td class=\"text\">", out);
		plot_text(out, goal->what);
		fputs("</td>", out);
		cell(out, goal->measured);
		cell(out, goal->target);
		fprintf(out, "<td class=\"%s\">%s</td></tr>\n",
			classes[goal->verdict], verdict_name(goal->verdict));
	}
	fputs("</table>\n", out);
}

/* ---- Tables ------------------------------------------------------------ */

/* The same contender has the same colour everywhere. */
static unsigned int colour_of(const struct series *series)
{
	unsigned int colour = 0;

	for (size_t i = 0; contenders[i]; i++)
		if (contenders[i] == series->contender)
			break;
		else if (contenders[i]->clock == series->contender->clock &&
			 contenders[i]->wait == series->contender->wait)
			colour++;
	return colour;
}

static void put_series(FILE *out, const struct comparison *comparison,
		       const struct series *series)
{
	const struct interval *ratio = comparison->wait == BENCH_STREAM ?
					       &series->ratio_rate :
					       &series->ratio_p50;
	char text[FORMAT_MAX], title[SERIES_TITLE_MAX];

	fputs("<tr>", out);
	cell(out, series_title(series, title));
	if (series->state != SERIES_MEASURED) {
		fprintf(out, "<td colspan=\"6\" class=\"text %s\">%s",
			series->state == SERIES_FAILED ? "not" : "none",
			series->state == SERIES_FAILED ? "failed: " : "");
		plot_text(out, series->why);
		fputs("</td></tr>\n", out);
		return;
	}
	cell(out, format_us(text, series->p10.value));
	cell(out, format_us(text, series->p50.value));
	cell(out, format_us(text, series->p90.value));
	cell(out, format_rate(text, series->rate.value));
	cell(out, format_interval(text, ratio));
	cell(out, comparison->wait == BENCH_STREAM ?
			  "" :
			  format_interval(text, &series->ratio_p90));
	fputs("</tr>\n", out);
}

static void put_bars(FILE *out, const struct comparison *comparison)
{
	struct bars bars = {
		.title = comparison->title,
		.x_label = "\302\265s a call: p10 to p90, and the median"
	};

	for (unsigned int i = 0; i < comparison->count; i++) {
		const struct series *series = &comparison->series[i];
		struct plot_bar *bar = &bars.bars[bars.count];

		if (series->state != SERIES_MEASURED)
			continue;
		bars.count++;
		series_title(series, bar->label);
		bar->colour = series->variant ? i : colour_of(series);
		bar->low = series->p10.value / 1000;
		bar->high = series->p90.value / 1000;
		bar->middle = (struct interval){ series->p50.value / 1000,
						 series->p50.low / 1000,
						 series->p50.high / 1000 };
	}
	plot_bars(out, &bars);
}

static void put_counter(FILE *out, const struct comparison *comparison,
			const char *name)
{
	char text[FORMAT_MAX];

	fputs("<tr>", out);
	cell(out, name);
	for (unsigned int i = 0; i < comparison->count; i++) {
		double value = counters_get(&comparison->series[i].counters,
					    name);

		cell(out,
		     format_number(text,
				   fabs(value) < COUNTER_LEAST ? 0 : value));
	}
	fputs("</tr>\n", out);
}

static void put_counters(FILE *out, const struct comparison *comparison)
{
	const struct counters names = comparison_counters(comparison);
	char title[SERIES_TITLE_MAX];

	if (!names.count)
		return;
	fputs("<details open><summary><small>Counted, for each call</small></summary>\n"
	      "<table><tr><th>",
	      out);
	for (unsigned int i = 0; i < comparison->count; i++) {
		fputs("<th>", out);
		plot_text(out, series_title(&comparison->series[i], title));
	}
	fputs("</tr>\n", out);
	for (unsigned int i = 0; i < names.count; i++)
		put_counter(out, comparison, names.list[i].name);
	fputs("</table></details>\n", out);
}

static void put_table(FILE *out, const struct comparison *comparison)
{
	bool times = comparison->wait != BENCH_STREAM;

	fputs("<h3>", out);
	plot_text(out, comparison->title);
	fputs("</h3>\n", out);
	put_bars(out, comparison);
	fprintf(out,
		"<table><tr><th>\302\265s a call<th>p10<th>p50<th>p90<th>calls/s"
		"<th>%s to the first<th>%s</tr>\n",
		times ? "p50" : "calls/s", times ? "p90 to the first" : "");
	for (unsigned int i = 0; i < comparison->count; i++)
		put_series(out, comparison, &comparison->series[i]);
	fputs("</table>\n", out);
	put_counters(out, comparison);
}

/* ---- Sweeps ------------------------------------------------------------ */

static void add_point(struct plot *plot, const struct comparison *comparison,
		      const struct series *series, unsigned int i, bool rate)
{
	struct plot_line *line = &plot->lines[i];
	const struct interval *of = rate ? &series->rate : &series->p50;
	double unit = 1000;

	if (plot->count <= i)
		plot->count = i + 1;
	snprintf(line->label, sizeof(line->label), "%s",
		 series->contender->title);
	line->colour = colour_of(series);
	if (series->state != SERIES_MEASURED || line->count == PLOT_POINTS_MAX)
		return;
	line->x[line->count] = comparison->x;
	line->y[line->count++] = (struct interval){ of->value / unit,
						    of->low / unit,
						    of->high / unit };
}

/* Once, at the first point where it is so. */
static void put_remarks(FILE *out, const struct step *step,
			const struct step *before)
{
	const struct comparison *comparison = &step->comparison;
	char text[FORMAT_MAX];

	for (unsigned int i = 0; i < comparison->count; i++) {
		const struct series *series = &comparison->series[i];

		if (series->state == SERIES_MEASURED ||
		    (before &&
		     !strcmp(before->comparison.series[i].why, series->why)))
			continue;
		fprintf(out, "<br><small class=\"%s\">",
			series->state == SERIES_FAILED ? "not" : "none");
		plot_text(out, series->contender->title);
		fprintf(out, " from %s: ",
			step->sweep->bytes ? format_bytes(text, comparison->x) :
					     format_whole(text, comparison->x));
		plot_text(out, series->why);
		fputs("</small>\n", out);
	}
}

static unsigned int put_sweep(FILE *out, const struct plan *plan,
			      unsigned int first)
{
	const struct sweep *sweep = plan->steps[first].sweep;
	struct plot plot = {
		.title = sweep->title,
		.x_label = sweep->axis,
		.y_label = sweep->rate ? "thousand calls a second" :
					 "\302\265s a call, p50",
		.x_log = !sweep->bent,
		.x_bytes = sweep->bytes,
	};
	unsigned int end = first;

	for (; end < plan->count && plan->steps[end].sweep == sweep; end++) {
		const struct comparison *comparison =
			&plan->steps[end].comparison;

		for (unsigned int i = 0; i < comparison->count; i++)
			if (strcmp(comparison->series[i].contender->name,
				   "local") != 0)
				add_point(&plot, comparison,
					  &comparison->series[i], i,
					  sweep->rate);
	}
	fputs("<h3>", out);
	plot_text(out, sweep->title);
	fputs("</h3>\n", out);
	plot_lines(out, &plot);
	fputs("<p>", out);
	for (unsigned int i = first; i < end; i++)
		put_remarks(out, &plan->steps[i],
			    i > first ? &plan->steps[i - 1] : NULL);
	fputs("</p>\n", out);
	return end;
}

static void put_added(FILE *out, const struct report *report)
{
	for (unsigned int i = 0; i < report->added.count; i++) {
		fprintf(out, "<p>%s: counted by ", report->added.list[i].name);
		plot_text(out, report->added_kernel);
		fputs("</p>\n", out);
	}
}

static void put_page(FILE *out, const struct report *report)
{
	const struct plan *plan = report->plan;
	unsigned int i;

	fputs(head, out);
	put_facts(out, report);
	fputs(method, out);
	put_goals(out, report->goals);
	fputs("<h2>Tables</h2>\n", out);
	put_added(out, report);
	for (i = 0; i < plan->count; i++)
		if (!plan->steps[i].sweep)
			put_table(out, &plan->steps[i].comparison);
	fputs("<h2>Sweeps</h2>\n<p>Bars are 95&nbsp;% confidence intervals. "
	      "The local call is left out: it is far below the others.</p>\n",
	      out);
	for (i = 0; i < plan->count;)
		i = plan->steps[i].sweep ? put_sweep(out, plan, i) : i + 1;
	fputs("</body>\n</html>\n", out);
}

int report_html(const struct report *report, const char *path)
{
	FILE *out = fopen(path, "we");
	int ret = 0;

	if (!out)
		return -errno;
	put_page(out, report);
	if (ferror(out))
		ret = -EIO;
	if (fclose(out) && !ret)
		ret = -errno;
	return ret;
}
