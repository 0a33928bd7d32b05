package libp2p.contracts.muxer;

import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.security.SecureConnection;
import org.jspecify.annotations.Nullable;

/** The connection on which muxers are tested: records without protection, from no particular peer. */
public abstract class UnsecuredConnection implements SecureConnection {
    @Override
    public String protocol() {
        return "/unsecured";
    }

    @Override
    public PeerId remotePeer() {
        throw new UnsupportedOperationException("no muxer asks who the remote peer is");
    }

    @Override
    public PublicKey remoteKey() {
        throw new UnsupportedOperationException("no muxer asks for the key of the remote peer");
    }

    @Override
    public @Nullable String earlyMuxer() {
        return null;
    }
}
