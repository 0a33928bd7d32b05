package libp2p.interop;

import static libp2p.interop.Attempt.require;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The check of a cell: the command of the dialer, and its expected outcome. */
enum Check {
    PING("ping", "--count", "5") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            for (Event ping : attempt.all("ping", 5)) {
                double micros = ping.number("rtt_us");
                require(micros > 0 && micros < 10_000_000, "a round trip of " + micros + " µs");
            }
        }
    },
    IDENTIFY("identify") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            Identification.verify(cell, attempt.single("identify"), attempt.target());
        }
    },
    /** The listener tells the dialer from where it sees it. */
    OBSERVED("identify") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            Identification.verifyObserved(attempt.single("identify"), attempt.target());
        }

        @Override
        boolean needsOneRowOnly() {
            return true;
        }
    },
    /** More than any initial window, and no multiple of a block. */
    ECHO("echo", "--size", "1500001") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            Event echo = attempt.single("echo");
            require(echo.number("bytes") == 1_500_001 && echo.flag("equal"), "printed " + echo);
        }
    },
    PERF("perf", "--upload", "4000003", "--download", "6000005", "--streams", "3") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            Event perf = attempt.single("perf");
            require(perf.number("upload_bytes") == 4_000_003, "printed " + perf);
            require(perf.number("download_bytes") == 6_000_005, "printed " + perf);
            require(perf.number("upload_s") > 0 && perf.number("download_s") > 0, "printed " + perf);
        }
    },
    HALFCLOSE("halfclose") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            require(attempt.single("halfclose").flag("ok"), "not ok");
        }
    },
    RESET("reset") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            require(attempt.single("reset").flag("ok"), "not ok");
        }
    },
    /** 1,000 streams, 24 at a time; all at once where both sides are the same implementation. */
    STREAMS("streams", "--count", "1000") {
        @Override
        List<String> arguments(Cell cell) {
            String parallel = cell.dialer().equals(cell.listener()) ? "1000" : "24";
            return List.of("streams", "--count", "1000", "--parallel", parallel);
        }

        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            require(attempt.single("streams").number("count") == 1000, "not 1000");
        }
    },
    /** The dialer expects an identity that the listener does not have. */
    WRONG_PEER("ping") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            attempt.requireWrongPeer();
        }
    },
    /** Both sides have the key of the private network. */
    PSK("ping") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            attempt.single("ping");
        }
    },
    /** The dialer is known by a secp256k1 key. */
    IDENTITY_SECP256K1("ping") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            attempt.single("ping");
        }
    },
    /** The dialer is known by an ECDSA key. */
    IDENTITY_ECDSA("ping") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            attempt.single("ping");
        }
    },
    /** The dialer is known by an RSA key. */
    IDENTITY_RSA("ping") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            attempt.single("ping");
        }
    },
    /** The dialer has the key of another network. */
    PSK_MISMATCH("ping") {
        @Override
        void verify(Cell cell, Attempt attempt) throws CheckFailedException {
            attempt.requireRefusal(closesAtFirstDifference(cell.listener()) ? REFUSAL : GIVING_UP);
        }
    };

    /** The time that a connection may live with a listener that closes at the first difference. */
    private static final Duration REFUSAL = Duration.ofSeconds(3);

    /** The time that it may live with one that waits for more bytes; the dialer hears nothing from it before. */
    private static final Duration GIVING_UP = Duration.ofSeconds(40);

    private static boolean closesAtFirstDifference(Peer listener) {
        return listener.name().equals("java");
    }

    private final List<String> arguments;

    Check(String... arguments) {
        this.arguments = List.of(arguments);
    }

    /** The command of the dialer and its options; the address comes after the command. */
    List<String> arguments(Cell cell) {
        return arguments;
    }

    /** @throws CheckFailedException if the attempt did not come out as it should */
    abstract void verify(Cell cell, Attempt attempt) throws CheckFailedException;

    /** The type of the dialer's key, or nothing for the default. */
    Optional<String> identity() {
        String prefix = "identity-";
        return toString().startsWith(prefix) ? Optional.of(toString().substring(prefix.length())) : Optional.empty();
    }

    /** Whether it runs on every transport; the others are about keys and networks, which a transport does not touch. */
    boolean isCore() {
        return compareTo(WRONG_PEER) <= 0;
    }

    /** Whether one security protocol and one muxer tell as much as all. */
    boolean needsOneRowOnly() {
        return false;
    }

    /** Whether the listener is in a private network. */
    boolean privateNetwork() {
        return this == PSK || this == PSK_MISMATCH;
    }

    /** As on our command line and in the report. */
    static Check of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
