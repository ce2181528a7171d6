package org.sternpost.bench;

/// What is measured of a run, in the order of the table. Those of [Of#BESIDE] stand in a second one.
enum Column {
    COLD("msg/s cold", 0, Of.ROW), WARM("msg/s warm", 0, Of.ROW), ACCEPTED("accepted/s", 0, Of.ROW),
    ACCEPT_P99("accept p99 ms", 0, Of.ROW), CPU_COLD("CPU-s/1,000 cold", 2, Of.ROW),
    CPU_WARM("CPU-s/1,000 warm", 2, Of.ROW), MEMORY("PSS MB", 0, Of.ROW), CONNECTIONS("connections", 0, Of.ROW),
    FULL("full TLS", 0, Of.ROW), RESUMED("resumed TLS", 0, Of.ROW), WAITING("waiting", 0, Of.ROW),
    LOST("lost", 0, Of.ROW), DUPLICATED("duplicated", 0, Of.ROW),

    START("start s", 2, Of.BESIDE), STOP("stop s", 2, Of.BESIDE), ACCEPT_P50("accept p50 ms", 0, Of.BESIDE),
    ACCEPT_MAX("accept max ms", 0, Of.BESIDE), ACCEPT_P99_COLD("accept p99 ms cold", 0, Of.BESIDE),
    MOST_OPEN("most open", 0, Of.BESIDE),
    FAILED_TLS("failed TLS", 0, Of.BESIDE), PLAIN("without TLS", 0, Of.BESIDE), REFUSED("refused", 0, Of.BESIDE),
    RESOLVER("resolver CPU-s/1,000", 2, Of.BESIDE), BENCH("bench CPU-s/1,000", 2, Of.BESIDE);

    /// Which table it stands in.
    enum Of { ROW, BESIDE }

    final String title;
    final int decimals;
    final Of of;

    Column(String title, int decimals, Of of) {
        this.title = title;
        this.decimals = decimals;
        this.of = of;
    }

    /// Whether one run in which it happened counts, however the others went.
    boolean worstCounts() {
        return this == WAITING || this == LOST || this == DUPLICATED || this == PLAIN || this == REFUSED;
    }
}
