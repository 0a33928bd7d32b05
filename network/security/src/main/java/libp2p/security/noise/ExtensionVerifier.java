package libp2p.security.noise;

import java.io.IOException;

/** Judges what the remote says in its extensions, after its identity was verified. */
@FunctionalInterface
public interface ExtensionVerifier {
    /** Takes everything. */
    ExtensionVerifier ANY = extensions -> {};

    /**
     * Returns normally if the handshake may go on.
     *
     * @throws IOException if not; it ends the handshake
     */
    void verify(NoiseExtensions extensions) throws IOException;
}
