package libp2p.crypto;

import java.util.Locale;

/** An implementation of primitives that this module can choose from. */
public enum Engine {
    /** OpenSSL's {@code libcrypto} of the operating system, called through {@code java.lang.foreign}. */
    LIBCRYPTO("libcrypto"),
    /** BouncyCastle's lightweight API. Always present. */
    BOUNCY_CASTLE("bc"),
    /** The providers of the JDK. Always present. */
    JDK("jdk"),
    /** AWS-LC, where the application brings the Amazon Corretto Crypto Provider. */
    AWS_LC("awslc");

    private final String label;

    Engine(String label) {
        this.label = label;
    }

    /** The name used in configuration and reports: {@code libcrypto}, {@code bc}, {@code jdk} or {@code awslc}. */
    public String label() {
        return label;
    }

    /**
     * The engine of that label.
     *
     * @throws IllegalArgumentException if there is none, naming those that exist
     */
    public static Engine ofLabel(String label) {
        String wanted = label.strip().toLowerCase(Locale.ROOT);
        for (Engine engine : values()) {
            if (engine.label.equals(wanted)) {
                return engine;
            }
        }
        throw new IllegalArgumentException("unknown crypto engine '" + label + "', known: libcrypto, bc, jdk, awslc");
    }
}
