// SPDX-License-Identifier: BSD-3-Clause
/*
 * qda-rpcd: a host for the processes that a DSP's firmware has from the
 * beginning: root, audio, sensors.
 */
#include <stdlib.h>

#include "fastrpc.h"
#include "rpcd.h"

int main(int argc, char **argv)
{
	struct rpcd_options options;
	int ret;

	log_set_name("qda-rpcd");
	rpcd_options(argc, argv, &options);
	ret = rpcd_serve(&options);
	free(options.root);
	return ret;
}
