// SPDX-License-Identifier: BSD-3-Clause
/* Lets the DSP find the edges of a picture. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../common/example.h"
#include "edge.h"
#include "edge_picture.h"
#include "image.h"
#include "reference.h"

#define REPEAT_MAX    1000000
#define MAGNITUDE_MAX 2040

static const char help[] =
	"Usage: edge [OPTION]... INPUT OUTPUT\n"
	"Lets a DSP find the edges of the picture INPUT, and writes them to\n"
	"OUTPUT. The DSP reads and writes the pixels where they are.\n"
	"\n"
	"  -c, --check        compare with what the CPU finds; the exit status\n"
	"                     is 1 where they differ\n"
	"  -r, --repeat N     call the DSP N times (default 1)\n"
	"  -l, --low N        gradient that an edge fades out at (default 36)\n"
	"  -H, --high N       gradient that makes an edge (default 90); both\n"
	"                     0 to 2040\n"
	"  -d, --domain NAME  which DSP (cdsp, adsp...); default: the first\n"
	"  -j, --json         print the figures as JSON\n"
	"  -h, --help         print this and exit\n"
	"\n"
	"INPUT is PNG, PGM or PPM, grey or in colour, - for standard input.\n"
	"OUTPUT is a PNG, or a PGM where its name ends in .pgm or .pnm. The exit\n"
	"status is 0, 1 after a failure and 2 after a wrong command line.\n"
	"QDA_DEVICE names a device node to use.\n";

struct options {
	const char *input;
	const char *output;
	const char *domain;
	unsigned long repeat;
	unsigned long low;
	unsigned long high;
	bool check;
	bool json;
};

/* One run of the program. */
struct job {
	const struct options *options;
	struct example example;
	remote_handle64 edge;
	struct image picture; /* in a buffer that the DSP reads */
	struct image edges;   /* in one that it writes */
	double *times;	      /* of each call, in ms */
	uint64_t copied;      /* by the CPU, in all calls */
	uint64_t edge_pixels;
	uint64_t different; /* pixels, compared with the reference */
};

/* Memory that DSP and program share. It is freed with the session. */
static uint8_t *shared_memory(void *context, size_t size)
{
	struct job *job = context;
	struct qda_buffer *buffer;
	void *address;
	int ret;

	ret = qda_buffer_create(job->example.session, size, &buffer);
	if (!ret)
		ret = qda_buffer_map(buffer, &address);
	if (!ret)
		return address;
	example_fail(&job->example, "edge: no memory for the picture", ret, 0);
	return NULL;
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int detect(struct job *job)
{
	const struct options *options = job->options;
	const struct image *picture = &job->picture;
	int ret;

	ret = edge_detect(job->edge, picture->pixels, (int)image_size(picture),
			  picture->width, picture->height, picture->channels,
			  (uint32_t)options->low, (uint32_t)options->high,
			  job->edges.pixels, (int)image_size(&job->edges));
	if (ret)
		return example_fail(&job->example, "edge: the call failed",
				    qda_remote_error(), ret);
	return 0;
}

static uint64_t copied_bytes(const struct job *job)
{
	struct qda_session_stats stats;

	qda_session_get_stats(job->example.session, &stats, sizeof(stats));
	return stats.bytes_in + stats.bytes_out;
}

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static int call_dsp(struct job *job)
{
	unsigned long repeat = job->options->repeat;
	uint64_t before = copied_bytes(job);

	for (unsigned long i = 0; i < repeat; i++) {
		double start = now_ms();

		if (detect(job))
			return -1;
		job->times[i] = now_ms() - start;
	}
	job->copied = copied_bytes(job) - before;
	qsort(job->times, repeat, sizeof(*job->times), by_value);
	return 0;
}

static int compare(struct job *job)
{
	const struct options *options = job->options;
	const struct edge_picture picture = {
		.pixels = job->picture.pixels,
		.width = job->picture.width,
		.height = job->picture.height,
		.channels = job->picture.channels,
	};
	size_t size = image_size(&job->edges);
	uint8_t *reference = malloc(size);

	if (!reference || edge_reference(&picture, (uint32_t)options->low,
					 (uint32_t)options->high, reference)) {
		fprintf(stderr, "edge: out of memory\n");
		free(reference);
		return -1;
	}
	for (size_t i = 0; i < size; i++) {
		job->edge_pixels += !!reference[i];
		job->different += reference[i] != job->edges.pixels[i];
	}
	free(reference);
	return 0;
}

static const char *verdict(const struct job *job)
{
	if (!job->options->check)
		return "not compared";
	return job->different ? "DIFFERENT" : "equal";
}

static void print_text(const struct job *job, uint32_t process,
		       const struct qda_device_info *info)
{
	const struct image *picture = &job->picture;
	const struct options *options = job->options;

	printf("device     %s (qda %u.%u)\n",
	       qda_device_path(job->example.device), info->version_major,
	       info->version_minor);
	printf("DSP        %s, process %u\n", qda_domain_name(info->domain),
	       process);
	printf("picture    %s: %u x %u, %s, %zu bytes\n", options->input,
	       picture->width, picture->height,
	       picture->channels == 3 ? "RGB" : "grey", image_size(picture));
	printf("calls      %lu; minimum %.3f ms, median %.3f ms\n",
	       options->repeat, job->times[0], job->times[options->repeat / 2]);
	printf("copied     %llu bytes a call by the CPU, of %zu that the DSP "
	       "reads and writes\n",
	       (unsigned long long)(job->copied / options->repeat),
	       image_size(picture) + image_size(&job->edges));
	printf("reference  %s", verdict(job));
	if (options->check)
		printf(": %llu edge pixels, %llu of %zu pixels differ",
		       (unsigned long long)job->edge_pixels,
		       (unsigned long long)job->different,
		       image_size(&job->edges));
	printf("\noutput     %s\n", options->output);
}

static void print_json(const struct job *job, uint32_t process,
		       const struct qda_device_info *info)
{
	const struct image *picture = &job->picture;
	const struct options *options = job->options;

	printf("{\"device\": \"%s\", \"domain\": \"%s\", \"process\": %u, "
	       "\"width\": %u, \"height\": %u, \"channels\": %u, ",
	       qda_device_path(job->example.device),
	       qda_domain_name(info->domain), process, picture->width,
	       picture->height, picture->channels);
	printf("\"calls\": %lu, \"minimum_ms\": %.3f, \"median_ms\": %.3f, "
	       "\"copied_bytes_per_call\": %llu",
	       options->repeat, job->times[0], job->times[options->repeat / 2],
	       (unsigned long long)(job->copied / options->repeat));
	if (options->check)
		printf(", \"edge_pixels\": %llu, \"different_pixels\": %llu",
		       (unsigned long long)job->edge_pixels,
		       (unsigned long long)job->different);
	printf("}\n");
}

static int report(struct job *job)
{
	struct qda_session_state state;
	struct qda_device_info info;
	int ret;

	ret = qda_session_get_state(job->example.session, &state,
				    sizeof(state));
	if (ret)
		return example_fail(&job->example, "edge: no session state",
				    ret, 0);
	qda_device_get_info(job->example.device, &info, sizeof(info));
	if (job->options->json)
		print_json(job, state.process, &info);
	else
		print_text(job, state.process, &info);
	return job->different ? -1 : 0;
}

static int process(struct job *job)
{
	struct image *edges = &job->edges;

	if (image_load(job->options->input, shared_memory, job, &job->picture))
		return -1;
	edges->width = job->picture.width;
	edges->height = job->picture.height;
	edges->channels = 1;
	edges->pixels = shared_memory(job, image_size(edges));
	if (!edges->pixels || call_dsp(job))
		return -1;
	if (job->options->check && compare(job))
		return -1;
	if (image_save(job->options->output, edges))
		return -1;
	return report(job);
}

static int run(const struct options *options)
{
	struct job job = { .options = options };
	int ret;

	if (example_open(&job.example, options->domain))
		return -1;
	job.times = calloc(options->repeat, sizeof(*job.times));
	ret = edge_open(edge_URI, &job.edge);
	if (ret) {
		example_fail(&job.example, "edge: cannot load libedge_skel.so",
			     qda_remote_error(), ret);
	} else {
		ret = job.times ?
			      process(&job) :
			      example_fail(&job.example, "edge", -ENOMEM, 0);
		edge_close(job.edge);
	}
	free(job.times);
	example_close(&job.example);
	return ret;
}

static int read_number(const char *name, unsigned long min, unsigned long max,
		       unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(optarg, &end, 10);
	if (!errno && end != optarg && !*end && *optarg != '-' &&
	    *number >= min && *number <= max)
		return 0;
	fprintf(stderr,
		"edge: --%s takes a number from %lu to %lu, not "
		"\"%s\"\n",
		name, min, max, optarg);
	return -1;
}

static int read_option(int option, struct options *options)
{
	switch (option) {
	case 'c':
		options->check = true;
		return 0;
	case 'j':
		options->json = true;
		return 0;
	case 'd':
		options->domain = optarg;
		return 0;
	case 'r':
		return read_number("repeat", 1, REPEAT_MAX, &options->repeat);
	case 'l':
		return read_number("low", 0, MAGNITUDE_MAX, &options->low);
	case 'H':
		return read_number("high", 0, MAGNITUDE_MAX, &options->high);
	default:
		return -1;
	}
}

static int read_arguments(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "check", no_argument, NULL, 'c' },
		{ "domain", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "high", required_argument, NULL, 'H' },
		{ "json", no_argument, NULL, 'j' },
		{ "low", required_argument, NULL, 'l' },
		{ "repeat", required_argument, NULL, 'r' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "cd:hH:jl:r:", known, NULL)) >=
	       0) {
		if (option == 'h') {
			fputs(help, stdout);
			exit(EXIT_SUCCESS);
		}
		if (read_option(option, options))
			return -1;
	}
	if (argc - optind != 2) {
		fprintf(stderr, "edge: INPUT and OUTPUT are needed\n");
		return -1;
	}
	options->input = argv[optind];
	options->output = argv[optind + 1];
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = { .repeat = 1, .low = 36, .high = 90 };

	if (read_arguments(argc, argv, &options)) {
		fprintf(stderr, "Try \"edge --help\".\n");
		return EXIT_USAGE;
	}
	return run(&options) ? EXIT_FAILURE : EXIT_SUCCESS;
}
