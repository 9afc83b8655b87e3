/* SPDX-License-Identifier: BSD-3-Clause */
/* Pictures in files. All functions say on stderr what is wrong. */
#ifndef EDGE_IMAGE_H
#define EDGE_IMAGE_H

#include <stdint.h>
#include <stdio.h>

struct image {
	uint32_t width;
	uint32_t height;
	uint32_t channels; /* 1 grey; 3 red, green, blue */
	uint8_t *pixels;   /* rows from top to bottom, without gaps */
};

/*
 * Gives the memory that a picture is decoded to, so that it may be a buffer
 * that a DSP reads. NULL, after a message, where there is none.
 */
typedef uint8_t *(*image_memory)(void *context, size_t size);

/**
 * image_load - read a PNG or PNM (P2, P3, P5, P6) file
 * @path: what it contains counts, not what it is called; - is standard input
 *
 * Becomes 8 bits a channel, without transparency. Returns 0 or -1.
 */
int image_load(const char *path, image_memory memory, void *context,
	       struct image *image);

/**
 * image_save - write a file; the name ends in .pgm, .ppm, .pnm, or it is a PNG
 *
 * Returns 0 or -1.
 */
int image_save(const char *path, const struct image *image);

size_t image_size(const struct image *image);

/* What image_load() and image_save() use, by format. */
int png_load(FILE *file, const char *path, image_memory memory, void *context,
	     struct image *image);
int png_save(FILE *file, const char *path, const struct image *image);
int pnm_load(FILE *file, const char *path, image_memory memory, void *context,
	     struct image *image);
int pnm_save(FILE *file, const char *path, const struct image *image);

/* Checks the size and gets the memory. Returns 0 or -1. */
int image_prepare(const char *path, image_memory memory, void *context,
		  struct image *image);

#endif
