package libp2p.pubsub;

import java.io.IOException;
import java.lang.System.Logger.Level;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.Stream;
import libp2p.core.environment.CarrierTurn;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.messaging.MessageCodec;
import libp2p.core.messaging.MessageStream;
import libp2p.core.protobuf.ProtobufException;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.RpcDecoder;

/**
 * The stream on which a peer sends. A thread reads while something comes, and none waits for more: it checks the last message that
 * it has read, while another thread may read the next one.
 */
final class InboundStream {
    private static final System.Logger LOG = System.getLogger(InboundStream.class.getName());

    private final Environment environment;
    private final LockedRouter core;
    private final Validation validation;
    private final PeerLink link;
    private final Stream stream;
    private final PubSubLimits.Frame limits;

    /** @param stream detached from its handler */
    InboundStream(
            Environment environment,
            LockedRouter core,
            Validation validation,
            PeerLink link,
            Stream stream,
            PubSubLimits.Frame limits) {
        this.environment = environment;
        this.core = core;
        this.validation = validation;
        this.link = link;
        this.stream = stream;
        this.limits = limits;
    }

    /** Reads the bytes that are here; later ones are read by other threads when they come. */
    void begin() {
        try {
            read();
        } finally {
            validation.start();
        }
    }

    private void readable() {
        environment.start("pubsub-read", this::goOn);
    }

    private void goOn() {
        try {
            read();
        } finally {
            validation.help();
        }
    }

    private void read() {
        boolean more = false;
        PeerId peer = link.peer();
        try {
            more = readRpcs(peer);
            if (!more) {
                stream.close();
            }
        } catch (ProtobufException | ProtocolViolationException malformed) {
            core.violated(peer);
            failed(ErrorCode.STREAM_PROTOCOL_VIOLATION, malformed);
        } catch (IOException e) {
            failed(ErrorCode.NONE, e);
        } finally {
            if (!more) {
                stream.reset(ErrorCode.NONE); // without effect where it has ended
                link.inboundEnded(stream);
            }
        }
    }

    /** Returns whether more may come. */
    private boolean readRpcs(PeerId peer) throws IOException {
        MessageStream<byte[], byte[]> messages =
                new MessageStream<>(stream, MessageCodec.BYTES, MessageCodec.BYTES, limits.rpcBytes());
        CarrierTurn turn = new CarrierTurn(environment);
        while (messages.onReadable(this::readable)) {
            validation.start(); // what came before this one
            turn.check(); // a peer that sends all the time never lets the thread wait
            byte[] bytes = messages.receiveOrEnd();
            if (bytes == null) {
                return false;
            }
            core.receive(peer, RpcDecoder.decode(bytes, limits));
        }
        return true;
    }

    private void failed(long code, IOException why) {
        stream.reset(code);
        LOG.log(Level.DEBUG, () -> "the stream of " + link.peer() + " ended: " + why.getMessage());
    }
}
