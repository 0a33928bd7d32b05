package libp2p.crypto;

import libp2p.crypto.engine.AeadEngine;
import libp2p.crypto.engine.EcdsaEngine;
import libp2p.crypto.engine.Ed25519Engine;
import libp2p.crypto.engine.EngineUnavailableException;
import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.Sha256Engine;
import libp2p.crypto.engine.X25519Engine;
import libp2p.crypto.engine.awslc.AwsLcEd25519;
import libp2p.crypto.engine.awslc.Corretto;
import libp2p.crypto.engine.bouncycastle.BcAead;
import libp2p.crypto.engine.bouncycastle.BcEcdsa;
import libp2p.crypto.engine.bouncycastle.BcEd25519;
import libp2p.crypto.engine.bouncycastle.BcRsa;
import libp2p.crypto.engine.bouncycastle.BcSha256;
import libp2p.crypto.engine.bouncycastle.BcX25519;
import libp2p.crypto.engine.jdk.JdkAead;
import libp2p.crypto.engine.jdk.JdkEcdsaP256;
import libp2p.crypto.engine.jdk.JdkEd25519;
import libp2p.crypto.engine.jdk.JdkRsa;
import libp2p.crypto.engine.jdk.JdkSha256;
import libp2p.crypto.engine.jdk.JdkX25519;
import libp2p.crypto.engine.libcrypto.LibcryptoAead;
import libp2p.crypto.engine.libcrypto.LibcryptoEcdsa;
import libp2p.crypto.engine.libcrypto.LibcryptoEd25519;
import libp2p.crypto.engine.libcrypto.LibcryptoRsa;
import libp2p.crypto.engine.libcrypto.LibcryptoSha256;
import libp2p.crypto.engine.libcrypto.LibcryptoX25519;
import libp2p.crypto.engine.libcrypto.Library;
import org.bouncycastle.crypto.digests.SHA256Digest;

/** Which class implements which primitive for which engine. */
final class EngineCatalogue {
    private EngineCatalogue() {}

    static AeadEngine aead(Engine engine) throws EngineUnavailableException {
        return switch (engine) {
            case LIBCRYPTO -> new LibcryptoAead();
            case BOUNCY_CASTLE -> new BcAead();
            case JDK -> new JdkAead();
            case AWS_LC -> throw absent(engine);
        };
    }

    static X25519Engine x25519(Engine engine) throws EngineUnavailableException {
        return switch (engine) {
            case LIBCRYPTO -> new LibcryptoX25519();
            case BOUNCY_CASTLE -> new BcX25519();
            case JDK -> new JdkX25519();
            case AWS_LC -> throw absent(engine);
        };
    }

    static Ed25519Engine ed25519(Engine engine) throws EngineUnavailableException {
        return switch (engine) {
            case LIBCRYPTO -> new LibcryptoEd25519();
            case BOUNCY_CASTLE -> new BcEd25519(new JdkEd25519());
            case JDK -> new JdkEd25519();
            case AWS_LC -> new AwsLcEd25519(new BcEd25519(new JdkEd25519()));
        };
    }

    static EcdsaEngine ecdsaP256(Engine engine) throws EngineUnavailableException {
        return switch (engine) {
            case LIBCRYPTO -> new LibcryptoEcdsa(LibcryptoEcdsa.P256);
            case BOUNCY_CASTLE -> new BcEcdsa("secp256r1");
            case JDK -> new JdkEcdsaP256();
            case AWS_LC -> throw absent(engine);
        };
    }

    static EcdsaEngine secp256k1(Engine engine) throws EngineUnavailableException {
        return switch (engine) {
            case LIBCRYPTO -> new LibcryptoEcdsa(LibcryptoEcdsa.SECP256K1);
            case JDK, AWS_LC -> throw absent(engine);
            case BOUNCY_CASTLE -> new BcEcdsa("secp256k1");
        };
    }

    static RsaEngine rsa(Engine engine) throws EngineUnavailableException {
        return switch (engine) {
            case LIBCRYPTO -> new LibcryptoRsa();
            case BOUNCY_CASTLE -> new BcRsa();
            case JDK -> new JdkRsa();
            case AWS_LC -> throw absent(engine);
        };
    }

    static Sha256Engine sha256(Engine engine) throws EngineUnavailableException {
        return switch (engine) {
            case LIBCRYPTO -> new LibcryptoSha256();
            case BOUNCY_CASTLE -> new BcSha256();
            case JDK -> new JdkSha256();
            case AWS_LC -> throw absent(engine);
        };
    }

    /** The version of an engine that is in use. */
    static String detail(Engine engine) {
        return switch (engine) {
            case LIBCRYPTO -> Library.version();
            case BOUNCY_CASTLE -> {
                String version = SHA256Digest.class.getPackage().getImplementationVersion();
                yield version == null ? "BouncyCastle" : "BouncyCastle " + version;
            }
            case JDK -> "JDK " + Runtime.version();
            case AWS_LC -> Corretto.version();
        };
    }

    private static EngineUnavailableException absent(Engine engine) {
        return new EngineUnavailableException(engine.label() + " does not implement it");
    }
}
