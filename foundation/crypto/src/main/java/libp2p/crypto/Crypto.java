package libp2p.crypto;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.crypto.engine.AeadEngine;
import libp2p.crypto.engine.EcdsaEngine;
import libp2p.crypto.engine.Ed25519Engine;
import libp2p.crypto.engine.RsaEngine;
import libp2p.crypto.engine.Sha256Engine;
import libp2p.crypto.engine.X25519Engine;
import org.jspecify.annotations.Nullable;

/**
 * The primitives, each by the best engine that exists. An engine is chosen when its primitive is first used, after a
 * known-answer test; all engines give the same answers to the same input, so the choice is about speed only.
 *
 * <p>Thread-safe; nothing blocks. Returned objects may be kept.
 */
public final class Crypto {
    /** The system property that {@link #standard()} reads; its form is that of {@link EnginePreference#parse}. */
    public static final String ENGINES_PROPERTY = "libp2p.crypto.engines";

    /** A load of AWS-LC costs 290 ms of processor time, and each check by it 45 µs less than by libcrypto. */
    static final long MANY_CHECKS = 7_000;

    private static final AtomicReference<@Nullable Crypto> STANDARD = new AtomicReference<>();

    private final Selection<AeadEngine> chacha20Poly1305;
    private final Selection<AeadEngine> aesGcm;
    private final Selection<X25519Engine> x25519;
    private final Selection<X25519Engine> x25519Public;
    private final Selection<Ed25519Engine> ed25519;
    private final Selection<Ed25519Engine> ed25519Verify;
    private final Selection<EcdsaEngine> ecdsaP256;
    private final Selection<EcdsaEngine> secp256k1;
    private final Selection<RsaEngine> rsa;
    private final Selection<Sha256Engine> sha256;

    private final List<Selection<?>> all;
    private final CheckCount checks = new CheckCount(MANY_CHECKS);

    private Crypto(EnginePreference preference) {
        chacha20Poly1305 = new Selection<>(
                Primitive.CHACHA20_POLY1305,
                preference,
                EngineCatalogue::aead,
                engine -> KnownAnswers.aead(engine, AeadAlgorithm.CHACHA20_POLY1305),
                engine -> EngineProbes.seal(engine, AeadAlgorithm.CHACHA20_POLY1305));
        aesGcm = new Selection<>(
                Primitive.AES_GCM,
                preference,
                EngineCatalogue::aead,
                engine -> KnownAnswers.aead(engine, AeadAlgorithm.AES_128_GCM, AeadAlgorithm.AES_256_GCM),
                engine -> EngineProbes.seal(engine, AeadAlgorithm.AES_128_GCM));
        x25519 = new Selection<>(
                Primitive.X25519, preference, EngineCatalogue::x25519, KnownAnswers::x25519, EngineProbes::agree);
        x25519Public = new Selection<>(
                Primitive.X25519_PUBLIC,
                preference,
                EngineCatalogue::x25519,
                KnownAnswers::x25519Public,
                EngineProbes::publicKey);
        ed25519 = new Selection<>(
                Primitive.ED25519,
                preference,
                EngineCatalogue::ed25519,
                engine -> KnownAnswers.signatures(new Ed25519Scheme(engine, engine), "ed25519"),
                EngineProbes::sign);
        ed25519Verify = new Selection<>(
                Primitive.ED25519_VERIFY,
                preference,
                EngineCatalogue::ed25519,
                engine -> KnownAnswers.signatures(new Ed25519Scheme(engine, engine), "ed25519"),
                engine -> EngineProbes.verify(new Ed25519Scheme(engine, engine), "ed25519"));
        sha256 = new Selection<>(
                Primitive.SHA256, preference, EngineCatalogue::sha256, KnownAnswers::sha256, EngineProbes::hash);
        ecdsaP256 = new Selection<>(
                Primitive.ECDSA_P256,
                preference,
                EngineCatalogue::ecdsaP256,
                engine -> KnownAnswers.signatures(p256(engine), "ecdsa_p256"),
                engine -> EngineProbes.verify(p256(engine), "ecdsa_p256"));
        secp256k1 = new Selection<>(
                Primitive.SECP256K1,
                preference,
                EngineCatalogue::secp256k1,
                engine -> KnownAnswers.signatures(k256(engine), "secp256k1"),
                engine -> EngineProbes.verify(k256(engine), "secp256k1"));
        rsa = new Selection<>(
                Primitive.RSA,
                preference,
                EngineCatalogue::rsa,
                engine -> KnownAnswers.signatures(new RsaScheme(sha256(), engine), "rsa"),
                engine -> EngineProbes.verify(new RsaScheme(sha256(), engine), "rsa"));
        all = List.of(
                chacha20Poly1305,
                aesGcm,
                x25519,
                x25519Public,
                ed25519,
                ed25519Verify,
                ecdsaP256,
                secp256k1,
                rsa,
                sha256);
    }

    /**
     * The instance for the whole process, with the preferences of the system property {@value #ENGINES_PROPERTY}, read
     * once.
     *
     * @throws IllegalArgumentException if the property is malformed
     */
    public static Crypto standard() {
        Crypto standard = STANDARD.get();
        if (standard == null) {
            Crypto fresh = of(EnginePreference.parse(System.getProperty(ENGINES_PROPERTY, "")));
            Crypto winner = STANDARD.compareAndExchange(null, fresh);
            standard = winner == null ? fresh : winner;
        }
        return standard;
    }

    /** A new instance with the given preferences, for a simulation or a test. */
    public static Crypto of(EnginePreference preference) {
        return new Crypto(preference);
    }

    /** An AEAD; its engine is chosen per algorithm. */
    public Aead aead(AeadAlgorithm algorithm) {
        Selection<AeadEngine> selection = algorithm == AeadAlgorithm.CHACHA20_POLY1305 ? chacha20Poly1305 : aesGcm;
        return new Aead(algorithm, selection.implementation());
    }

    /** The AEAD of Noise: {@link AeadAlgorithm#CHACHA20_POLY1305}. */
    public Aead chacha20Poly1305() {
        return aead(AeadAlgorithm.CHACHA20_POLY1305);
    }

    /** X25519 key agreement. */
    public X25519 x25519() {
        return new X25519(x25519.implementation(), x25519Public.implementation());
    }

    /** Ed25519 signatures. */
    public SignatureScheme ed25519() {
        return new Ed25519Scheme(ed25519.implementation(), ed25519Verify.implementation(), checks);
    }

    /** ECDSA signatures over P-256. */
    public SignatureScheme ecdsaP256() {
        return p256(ecdsaP256.implementation());
    }

    /** ECDSA signatures over secp256k1. */
    public SignatureScheme secp256k1() {
        return k256(secp256k1.implementation());
    }

    /** ECDSA signatures over secp256k1 that name their key, as block chains have them. */
    public RecoverableEcdsa secp256k1Recoverable() {
        return new RecoverableEcdsa(hmacSha256(), secp256k1.implementation());
    }

    /** RSA signatures. */
    public SignatureScheme rsa() {
        return new RsaScheme(sha256(), rsa.implementation());
    }

    /** SHA-256. */
    public Sha256 sha256() {
        return new Sha256(sha256.implementation());
    }

    /** HMAC with SHA-256. */
    public HmacSha256 hmacSha256() {
        return new HmacSha256(sha256());
    }

    /** HKDF with SHA-256. */
    public HkdfSha256 hkdfSha256() {
        return new HkdfSha256(hmacSha256());
    }

    /** Which engine serves each primitive and why; chooses those not yet chosen, which takes some milliseconds. */
    public List<EngineReport> report() {
        return all.stream().<EngineReport>map(Selection::report).toList();
    }

    /**
     * Leaves an action that runs once so many Ed25519 signatures were checked that {@link #loadQuickerChecks} pays: on
     * the thread of a check, or at once if there were as many already. It may run twice, and must not block.
     */
    public void whenChecksAreMany(Runnable action) {
        checks.whenReached(action);
    }

    /**
     * Loads AWS-LC, if it is there and no preference fixes another engine, for the Ed25519 signatures that are checked
     * from then on. Takes tenths of a second on the calling thread.
     */
    public void loadQuickerChecks() {
        ed25519Verify.takeOver(Engine.AWS_LC);
    }

    /**
     * Measures, for an operator, the engines of every primitive that is in use and not fixed by the preference, warm, and from then on
     * takes the fastest for what is made anew; keys, contexts and schemes that exist keep theirs. Takes some seconds of
     * processor time at most, on the calling thread.
     *
     * @param nanoTime a clock in nanoseconds
     */
    public void measure(LongSupplier nanoTime) {
        all.forEach(selection -> selection.measure(nanoTime));
    }

    private SignatureScheme p256(EcdsaEngine engine) {
        return new EcdsaScheme(EcCurve.P256, new PkixKeyForm(), sha256(), engine);
    }

    private SignatureScheme k256(EcdsaEngine engine) {
        return new EcdsaScheme(EcCurve.SECP256K1, new RawKeyForm(), sha256(), engine);
    }
}
