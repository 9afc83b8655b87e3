/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The seam between the two halves of the simulated machine: the platform
 * modules in the guest kernel (machine/modules) and the DSP process (dsp).
 * On a phone this is silicon: the SMEM FIFOs of a GLINK edge, the IPCC
 * doorbells, the SMMU's registers and tables. All integers are little endian.
 *
 * One vhost-user device with a private virtio id carries the doorbells. Its
 * guest memory is all of the machine's RAM, and a guest physical address is
 * the address that a DSP's bus would see behind the SMMU.
 */
#ifndef QDA_SIM_ABI_H
#define QDA_SIM_ABI_H

#ifdef __KERNEL__
#include <linux/types.h>
typedef __u8 qda_sim_u8;
typedef __u32 qda_sim_u32;
typedef __u64 qda_sim_u64;
#else
#include <stdint.h>
typedef uint8_t qda_sim_u8;
typedef uint32_t qda_sim_u32;
typedef uint64_t qda_sim_u64;
#endif

#define QDA_SIM_VIRTIO_ID 0x5144 /* private, not assigned by OASIS */

/*
 * Virtqueues. Each has one owner on the DSP side: the GLINK pair belongs to
 * the subsystem process (which may crash and come back), the control pair to
 * the supervisor (which lives as long as the machine).
 *
 * An "irq" queue holds small device-writable buffers; the DSP side returns
 * one to raise the interrupt. A "kick" queue only carries notifications, but
 * for the one hello buffer that the guest puts on CONTROL_KICK first.
 */
enum qda_sim_queue {
	QDA_SIM_GLINK_IRQ = 0,	 /* DSP to Linux: look at the FIFOs */
	QDA_SIM_GLINK_KICK = 1,	 /* Linux to DSP: look at the FIFOs */
	QDA_SIM_CONTROL_IRQ = 2, /* DSP to Linux: state or SMMU fault changed */
	QDA_SIM_CONTROL_KICK =
		3, /* Linux to DSP: state or SMMU request changed */
	QDA_SIM_QUEUES = 4,
};

#define QDA_SIM_HELLO_MAGIC 0x4d495351u /* "QSIM" */
#define QDA_SIM_ABI_VERSION 2u

/* The first and only buffer on CONTROL_KICK: where the shared pages are. */
struct qda_sim_hello {
	qda_sim_u32 magic;
	qda_sim_u32 version;
	qda_sim_u64 edge; /* guest physical address of struct qda_sim_edge */
	qda_sim_u64 smmu; /* guest physical address of struct qda_sim_smmu */
};

/* ---- GLINK edge ------------------------------------------------------- */

#define QDA_SIM_FIFO_SIZE 16384u /* as in qcom_glink_smem */

/*
 * dsp_state is written by the DSP side. RUNNING is set after the FIFO indices
 * were cleared; CRASHED is set only when no process of the subsystem is left,
 * so nothing can touch guest memory any more.
 */
enum qda_sim_dsp_state {
	QDA_SIM_DSP_OFFLINE = 0, /* not started yet */
	QDA_SIM_DSP_RUNNING = 1,
	QDA_SIM_DSP_CRASHED =
		2, /* waits for linux_state to be DOWN, then restarts */
};

/*
 * linux_state is written by Linux. CONDEMNED asks the supervisor to kill the
 * subsystem: it did not acknowledge an SMMU invalidation within the bound.
 */
enum qda_sim_linux_state {
	QDA_SIM_LINUX_DOWN = 0, /* the edge is not in use */
	QDA_SIM_LINUX_UP = 1,
	QDA_SIM_LINUX_CONDEMNED = 2,
};

/*
 * What a side wants to be rung for, by the other one, which looks at it after it
 * has written to its FIFO or read from the other. Who rings sets it to NEVER, so
 * that a wish is good for one doorbell. Who goes to sleep sets it and then looks
 * at the FIFOs once more, with a full barrier in between, as there is one between
 * the write to the FIFO and the look at the wish on the other side: so at least
 * one of the two sees what the other wrote, and no doorbell is missed. A wish
 * that is a lie harms the liar alone.
 */
enum qda_sim_ring {
	QDA_SIM_RING_ALWAYS = 0,
	QDA_SIM_RING_NEWS = 1, /* not for receive buffers that are given back */
	QDA_SIM_RING_NEVER = 2, /* it looks by itself before it sleeps */
};

struct qda_sim_edge {
	/* byte offsets into the FIFO; "tx" is Linux to DSP */
	qda_sim_u32 tx_tail;	 /* written by the DSP */
	qda_sim_u32 tx_head;	 /* written by Linux */
	qda_sim_u32 rx_tail;	 /* written by Linux */
	qda_sim_u32 rx_head;	 /* written by the DSP */
	qda_sim_u32 dsp_state;	 /* enum qda_sim_dsp_state */
	qda_sim_u32 linux_state; /* enum qda_sim_linux_state */
	qda_sim_u32 boots;	 /* counts how often the DSP started */
	qda_sim_u32 tx_ring;	 /* the DSP's wish, enum qda_sim_ring */
	qda_sim_u32 rx_ring;	 /* Linux's */
	qda_sim_u32 pad[7];
	qda_sim_u8 tx[QDA_SIM_FIFO_SIZE];
	qda_sim_u8 rx[QDA_SIM_FIFO_SIZE];
};

/*
 * A second GLINK channel, offered for benchmarks: the floor under FastRPC.
 * The message has the size of a FastRPC one, the reply that of its reply.
 */
#define QDA_SIM_ECHO_CHANNEL "qda-echo"

#define QDA_SIM_ECHO_PROCESS \
	0x1u /* a process on the DSP answers, as it runs calls */
#define QDA_SIM_ECHO_WORD 0x2u /* the answer is stored at word; no reply */

struct qda_sim_echo {
	qda_sim_u64 cookie;
	qda_sim_u32 flags; /* QDA_SIM_ECHO_* */
	qda_sim_u32 value; /* the answer is value + 1 */
	qda_sim_u64 word;  /* guest physical address of a qda_sim_u32 */
	qda_sim_u64 pad[2];
};

struct qda_sim_echo_reply {
	qda_sim_u64 cookie;
	qda_sim_u32 value;
	qda_sim_u32 pad;
};

/* ---- SMMU ------------------------------------------------------------- */

#define QDA_SIM_STREAMS 256u

/*
 * Stream table entry: physical address of the level-1 table (bits 47:12) and
 * a kind in bits 1:0. Tables are ARM LPAE stage 1, 4 KiB granule, three
 * levels (39 bits of input address): what io-pgtable's ARM_64_LPAE_S1 writes
 * with ias = 39. Access permissions are AP[2] (bit 7, 1 = read only).
 */
#define QDA_SIM_STE_KIND     0x3ull
#define QDA_SIM_STE_BLOCKED  0x0ull /* every access faults */
#define QDA_SIM_STE_TABLE    0x1ull
#define QDA_SIM_STE_IDENTITY 0x2ull /* untranslated */
#define QDA_SIM_STE_ROOT     0x0000fffffffff000ull

enum qda_sim_invalidate {
	QDA_SIM_INVALIDATE_RANGE =
		1, /* translations of root for [iova, iova + size) */
	QDA_SIM_INVALIDATE_ROOT = 2, /* every translation of root */
	QDA_SIM_INVALIDATE_STREAM =
		3, /* every translation of stream (its entry changed) */
};

/*
 * Invalidation: Linux fills the request, stores request_seq + 1 with release
 * order, kicks CONTROL_KICK and waits until ack_seq equals request_seq. The
 * DSP side stores ack_seq when no process of it can reach the pages through a
 * dropped translation.
 *
 * Fault: the DSP side fills the record, stores fault_seq + 1 with release
 * order and raises CONTROL_IRQ; a record that Linux has not read is overwritten.
 */
struct qda_sim_smmu {
	qda_sim_u32 request_seq;
	qda_sim_u32 request_kind; /* enum qda_sim_invalidate */
	qda_sim_u32 request_stream;
	qda_sim_u32 pad0;
	qda_sim_u64 request_root; /* as in the stream table entry */
	qda_sim_u64 request_iova;
	qda_sim_u64 request_size;
	qda_sim_u32 ack_seq;
	qda_sim_u32 fault_seq;
	qda_sim_u32 fault_stream;
	qda_sim_u32 fault_write; /* 1: the access was a write */
	qda_sim_u64 fault_iova;
	qda_sim_u64 pad1[23];
	qda_sim_u64 stream_table[QDA_SIM_STREAMS];
};

#endif
