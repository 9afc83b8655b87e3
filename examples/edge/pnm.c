// SPDX-License-Identifier: BSD-3-Clause
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "image.h"

static int fail(const char *path, const char *why)
{
	fprintf(stderr, "%s: %s\n", path, why);
	return -1;
}

/* White space and comments lie between the numbers of a header. */
static int skip_space(FILE *file)
{
	int c = getc(file);

	while (isspace(c) || c == '#') {
		if (c == '#')
			while (c != '\n' && c != EOF)
				c = getc(file);
		if (c != EOF)
			c = getc(file);
	}
	return c;
}

/* One byte of white space ends a number and is swallowed with it. */
static int read_number(FILE *file, uint32_t *number)
{
	int c = skip_space(file);
	uint32_t value = 0;

	if (!isdigit(c))
		return -1;
	for (; isdigit(c); c = getc(file)) {
		if (value > 99999999)
			return -1;
		value = 10 * value + (uint32_t)(c - '0');
	}
	*number = value;
	return c == EOF || isspace(c) ? 0 : -1;
}

static int read_sample(FILE *file, bool plain, uint32_t max, uint32_t *sample)
{
	int high = 0, low;

	if (plain)
		return read_number(file, sample);
	if (max > 255)
		high = getc(file);
	low = getc(file);
	if (low == EOF)
		return -1;
	*sample = (uint32_t)(high << 8 | low);
	return 0;
}

static int read_samples(FILE *file, const char *path, bool plain, uint32_t max,
			struct image *image)
{
	size_t size = image_size(image);
	uint32_t sample;

	if (!plain && max == 255) {
		if (fread(image->pixels, 1, size, file) == size)
			return 0;
		return fail(path, "the file ends before the picture does");
	}
	for (size_t i = 0; i < size; i++) {
		if (read_sample(file, plain, max, &sample))
			return fail(path, "the file ends before the picture "
					  "does, or has a wrong number");
		if (sample > max)
			return fail(path, "a value is above the maximum");
		image->pixels[i] = (uint8_t)((sample * 255 + max / 2) / max);
	}
	return 0;
}

int pnm_load(FILE *file, const char *path, image_memory memory, void *context,
	     struct image *image)
{
	uint32_t max;
	int format;

	getc(file);
	format = getc(file);
	if (format == '1' || format == '4')
		return fail(path, "a black and white PBM; give a PGM or PPM");
	if (format != '2' && format != '3' && format != '5' && format != '6')
		return fail(path, "neither a PNG nor a PGM or PPM picture");
	if (read_number(file, &image->width) ||
	    read_number(file, &image->height) || read_number(file, &max))
		return fail(path, "the header of the PNM picture is wrong");
	if (!max || max > 65535)
		return fail(path, "the maximum value is not in 1 to 65535");
	image->channels = format == '3' || format == '6' ? 3 : 1;
	if (image_prepare(path, memory, context, image))
		return -1;
	return read_samples(file, path, format < '4', max, image);
}

int pnm_save(FILE *file, const char *path, const struct image *image)
{
	size_t size = image_size(image);

	fprintf(file, "P%d\n%u %u\n255\n", image->channels == 3 ? 6 : 5,
		image->width, image->height);
	if (fwrite(image->pixels, 1, size, file) == size && !ferror(file))
		return 0;
	fprintf(stderr, "%s: cannot write: %s\n", path, strerror(errno));
	return -1;
}
