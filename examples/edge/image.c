// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "edge_picture.h"
#include "image.h"

size_t image_size(const struct image *image)
{
	return (size_t)image->width * image->height * image->channels;
}

int image_prepare(const char *path, image_memory memory, void *context,
		  struct image *image)
{
	if (!image->width || !image->height || image->width > EDGE_SIZE_MAX ||
	    image->height > EDGE_SIZE_MAX) {
		fprintf(stderr,
			"%s: %u x %u pixels; a picture has 1 to %d "
			"each way\n",
			path, image->width, image->height, EDGE_SIZE_MAX);
		return -1;
	}
	image->pixels = memory(context, image_size(image));
	return image->pixels ? 0 : -1;
}

static int load(FILE *file, const char *path, image_memory memory,
		void *context, struct image *image)
{
	int first = getc(file);

	if (first == EOF) {
		fprintf(stderr, "%s: %s\n", path,
			ferror(file) ? strerror(errno) : "the file is empty");
		return -1;
	}
	ungetc(first, file);
	if (first == 'P')
		return pnm_load(file, path, memory, context, image);
	if (first == 0x89)
		return png_load(file, path, memory, context, image);
	fprintf(stderr, "%s: neither a PNG nor a PNM picture\n", path);
	return -1;
}

int image_load(const char *path, image_memory memory, void *context,
	       struct image *image)
{
	FILE *file;
	int ret;

	if (!strcmp(path, "-"))
		return load(stdin, "standard input", memory, context, image);
	file = fopen(path, "rbe");
	if (!file) {
		fprintf(stderr, "%s: cannot open: %s\n", path, strerror(errno));
		return -1;
	}
	ret = load(file, path, memory, context, image);
	fclose(file);
	return ret;
}

static int is_pnm_name(const char *path)
{
	const char *end = strrchr(path, '.');

	return end && (!strcmp(end, ".pgm") || !strcmp(end, ".ppm") ||
		       !strcmp(end, ".pnm"));
}

int image_save(const char *path, const struct image *image)
{
	FILE *file = fopen(path, "wbe");
	int ret;

	if (!file) {
		fprintf(stderr, "%s: cannot create: %s\n", path,
			strerror(errno));
		return -1;
	}
	ret = is_pnm_name(path) ? pnm_save(file, path, image) :
				  png_save(file, path, image);
	if (fclose(file) && !ret) {
		fprintf(stderr, "%s: cannot write: %s\n", path,
			strerror(errno));
		ret = -1;
	}
	return ret;
}
