package libp2p.crypto.engine.awslc;

import java.security.Provider;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import libp2p.crypto.engine.EngineUnavailableException;

/**
 * The Amazon Corretto Crypto Provider, if the application has it on its class path or module path.
 *
 * @param provider an instance of our own
 */
public record Corretto(Provider provider) {
    private static final String NAME = "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

    /**
     * Makes an instance; its native library is loaded once in a process, and only where native access is granted.
     *
     * @throws EngineUnavailableException saying why there is none
     */
    static Corretto load() throws EngineUnavailableException {
        ServiceLoader.Provider<Provider> found =
                ServiceLoader.load(Provider.class, Corretto.class.getClassLoader()).stream()
                        .filter(each -> each.type().getName().equals(NAME))
                        .findFirst()
                        .orElseThrow(() -> new EngineUnavailableException(
                                "not there: add software.amazon.cryptools:AmazonCorrettoCryptoProvider with"
                                        + " the classifier of the platform"));
        Module module = found.type().getModule();
        if (!module.isNativeAccessEnabled()) {
            throw new EngineUnavailableException("no native access: start with --enable-native-access="
                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED"));
        }
        try {
            return new Corretto(found.get());
        } catch (ServiceConfigurationError | LinkageError failure) {
            throw new EngineUnavailableException("the Corretto provider cannot be loaded: " + failure);
        }
    }

    /** Name and version of the provider, or its name alone if it cannot be loaded. */
    public static String version() {
        try {
            Provider provider = load().provider;
            return "AWS-LC in " + provider.getName() + " " + provider.getVersionStr();
        } catch (EngineUnavailableException absent) {
            return "AWS-LC";
        }
    }
}
