// SPDX-License-Identifier: BSD-3-Clause
/* Handle 2: what this DSP can do. */
#include <inttypes.h>
#include <string.h>

#include "subsystem.h"
#include "wire_log.h"

/* Attribute 0, the domain, is the host's own affair. */
enum attribute {
	ATTRIBUTE_UNSIGNED_PD = 1,
	ATTRIBUTE_HVX_64B = 2,
	ATTRIBUTE_HVX_128B = 3,
	ATTRIBUTE_VTCM_PAGE = 4,
	ATTRIBUTE_VTCM_COUNT = 5,
	ATTRIBUTE_ARCHITECTURE = 6,
	ATTRIBUTE_HMX_DEPTH = 7,
	ATTRIBUTE_HMX_SPATIAL = 8,
	ATTRIBUTE_ASYNC = 9,
	ATTRIBUTE_STATUS_NOTIFICATION = 10,
	ATTRIBUTE_QUIET_ANSWERS = 255,
	ATTRIBUTES = 256,
};

/* No other firmware answers this by chance: FASTRPC_CTX_POLLED is offered. */
#define QUIET_ANSWERS 0x51444151u

static const uint32_t known[ATTRIBUTES] = {
	[ATTRIBUTE_UNSIGNED_PD] = 1,	 [ATTRIBUTE_HVX_128B] = 1,
	[ATTRIBUTE_VTCM_PAGE] = 0x40000, [ATTRIBUTE_VTCM_COUNT] = 16,
	[ATTRIBUTE_ARCHITECTURE] = 0x68, [ATTRIBUTE_STATUS_NOTIFICATION] = 1,
};

static int32_t get_attributes(struct subsystem *s, struct request *r)
{
	uint32_t attributes[ATTRIBUTES], count;

	if (s->dsp->options.fault.mode == FAULT_NO_ATTRIBUTES)
		return DSP_STATUS(AEE_EUNSUPPORTED);
	if (r->args.arg[0].length != sizeof(count))
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "arg 0 has %" PRIu64 " bytes, not 4",
				      r->args.arg[0].length);
	if (fastrpc_read_arg(s, r, 0, &count, sizeof(count)))
		return DSP_STATUS(AEE_EBADPARM);
	wire_log_field(r->number, "count", "%u", count);
	if (!count || count >= ATTRIBUTES ||
	    r->args.arg[1].length != count * sizeof(uint32_t))
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "%u attributes in %" PRIu64 " bytes",
				      count, r->args.arg[1].length);
	memcpy(attributes, known, sizeof(attributes));
	if (s->dsp->options.poll)
		attributes[ATTRIBUTE_QUIET_ANSWERS] = QUIET_ANSWERS;
	if (fastrpc_write_arg(s, r, 1, &attributes[1],
			      count * sizeof(uint32_t)))
		return DSP_STATUS(AEE_EBADPARM);
	return 0;
}

static int32_t set_cpu_info(struct subsystem *s, struct request *r)
{
	uint64_t info;

	if (r->args.arg[0].length != sizeof(info))
		return fastrpc_refuse(r, AEE_EBADPARM,
				      "arg 0 has %" PRIu64 " bytes, not 8",
				      r->args.arg[0].length);
	if (fastrpc_read_arg(s, r, 0, &info, sizeof(info)))
		return DSP_STATUS(AEE_EBADPARM);
	wire_log_field(r->number, "cpu-info", "0x%" PRIx64, info);
	return 0;
}

int32_t utilities_call(struct subsystem *s, struct request *r)
{
	switch (r->m.sc) {
	case REMOTE_SCALARS_MAKE(0, 1, 1):
		return get_attributes(s, r);
	case REMOTE_SCALARS_MAKE(1, 1, 0):
		return set_cpu_info(s, r);
	default:
		return DSP_STATUS(AEE_EUNSUPPORTED);
	}
}
