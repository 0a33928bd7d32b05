package libp2p.swarm.connection;

import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.StreamScope;
import libp2p.swarm.negotiation.NegotiationChannel;
import org.jspecify.annotations.Nullable;

/**
 * Takes the streams that the remote of one connection opens: each gets a scope, a virtual thread, a negotiation and, if
 * the authorizer permits it, a handler. How many run is bounded by the scopes. Where the muxer hands streams out no
 * thread waits for them.
 */
final class InboundStreams {
    private static final System.Logger LOG = System.getLogger(InboundStreams.class.getName());

    private final SwarmConnection connection;
    private final ConnectionContext context;
    private final Authorization authorization;
    private final String group;

    InboundStreams(SwarmConnection connection, ConnectionContext context) {
        this.connection = connection;
        this.context = context;
        this.authorization = new Authorization(context, connection);
        this.group = Crowd.groupOf(connection.remoteAddress());
    }

    /** Takes streams from now on. */
    void begin() {
        if (!connection.transport().onStream(this::take)) {
            context.environment().start("accept-" + connection.id(), this::accept);
        }
    }

    private void accept() {
        while (true) {
            MuxedStream muxed;
            try {
                muxed = connection.transport().acceptStream();
            } catch (IOException closed) {
                return;
            }
            take(muxed);
        }
    }

    private void take(MuxedStream muxed) {
        boolean taken = false;
        try {
            serveApart(muxed);
            taken = true;
        } catch (RuntimeException e) { // of a resource manager that is not ours: the next stream may fare better
            LOG.log(Level.WARNING, "a stream of " + connection + " could not be taken", e);
        } finally {
            if (!taken) {
                muxed.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            }
        }
    }

    private void serveApart(MuxedStream muxed) {
        StreamScope scope;
        try {
            scope = context.places()
                    .charge(group, () -> context.resources().openStream(connection.remotePeer(), Direction.INBOUND));
        } catch (LimitExceededException e) {
            context.observer().refused("stream", e);
            muxed.reset(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
            return;
        }
        boolean started = false;
        try {
            context.environment().start("stream-" + connection.id() + "-" + muxed.id(), () -> serve(muxed, scope));
            started = true;
        } finally {
            if (!started) {
                scope.close();
            }
        }
    }

    private void serve(MuxedStream muxed, StreamScope scope) {
        SwarmStream stream = null;
        try {
            stream = negotiate(muxed, scope);
        } finally {
            if (stream == null) {
                scope.close();
            }
        }
        if (stream != null) {
            handle(stream);
        }
    }

    /**
     * The stream is among those of its connection already, so that a change of the rules finds it or is asked anew.
     */
    private void handle(SwarmStream stream) {
        if (!authorization.permitsInbound(stream.protocol())) {
            stream.reset(ErrorCode.STREAM_GATED);
            return;
        }
        Handlers.Entry entry = context.handlers().get(stream.protocol());
        if (entry == null) { // unregistered while the protocol was negotiated
            stream.reset(ErrorCode.STREAM_PROTOCOL_NEGOTIATION_FAILED);
            return;
        }
        boolean done = false;
        try {
            entry.handler().handle(stream);
            done = true;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "handler of " + stream + " ended: " + e);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.log(Level.WARNING, "handler of " + stream + " failed", e);
        } finally {
            if (!done) {
                stream.reset(ErrorCode.NONE);
            } else if (!stream.isDetached()) {
                stream.close();
            }
        }
    }

    /** Charges the stream to its protocol, and to the service of that, where it has its places until it ends. */
    private void charge(String protocol, StreamPlaces.Entry stream) throws LimitExceededException {
        StreamPlaces places = context.places();
        boolean _ = places.charge(group, () -> {
            stream.scope().setProtocol(protocol);
            return true;
        });
        places.begin(StreamPlaces.ofProtocol(protocol), stream);
        Handlers.Entry entry = context.handlers().get(protocol);
        String service = entry == null ? null : entry.options().service();
        if (service != null) {
            boolean _ = places.charge(group, () -> {
                stream.scope().setService(service);
                return true;
            });
            places.begin(StreamPlaces.ofService(service), stream);
        }
    }

    private @Nullable SwarmStream negotiate(MuxedStream muxed, StreamScope scope) {
        long start = context.environment().nanoTime();
        String agreed = null;
        long code = ErrorCode.STREAM_PROTOCOL_NEGOTIATION_FAILED;
        boolean done = false;
        StreamPlaces.Entry entry = new StreamPlaces.Entry(group, muxed, scope);
        context.places().begin(StreamPlaces.NEGOTIATING, entry);
        try {
            Deadline until = Deadline.after(
                    context.environment(), context.limits().streams().negotiationTimeout());
            boolean limited = connection.isLimited();
            agreed = context.multistream()
                    .answer(
                            NegotiationChannel.of(muxed, until),
                            protocol -> context.handlers().serves(protocol, limited),
                            context.handlers()::announced);
            if (!context.places().end(StreamPlaces.NEGOTIATING, entry)) {
                code = ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED;
                return null;
            }
            muxed.readDeadline(Deadline.NONE);
            muxed.writeDeadline(Deadline.NONE);
            muxed.onEnd(() -> context.places().leave(entry));
            charge(agreed, entry);
            SwarmStream stream =
                    new SwarmStream(muxed, connection, Direction.INBOUND, agreed, scope, null, context.observer());
            stream.opened(context.limits().streams().readTimeout());
            done = true;
            return stream;
        } catch (LimitExceededException e) {
            context.observer().refused("protocol", e);
            code = ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED;
            return null;
        } catch (EOFException gaveUp) {
            muxed.close(); // a reset would overtake the refusal that the remote has yet to read
            done = true;
            return null;
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "negotiation on a stream of " + connection + " failed: " + e);
            return null;
        } finally {
            boolean _ = context.places().end(StreamPlaces.NEGOTIATING, entry);
            context.observer()
                    .negotiated(Direction.INBOUND, agreed, context.environment().nanoTime() - start);
            if (!done) {
                muxed.reset(code);
            }
        }
    }
}
