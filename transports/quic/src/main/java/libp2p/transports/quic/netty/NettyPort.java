package libp2p.transports.quic.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionAddress;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Registration;
import libp2p.transports.quic.Limits;
import libp2p.transports.quic.engine.PeerVerifier;
import libp2p.transports.quic.engine.QuicAcceptor;
import libp2p.transports.quic.engine.QuicConnection;
import libp2p.transports.quic.engine.QuicPort;
import org.jspecify.annotations.Nullable;

/** One UDP socket and its event loop. */
final class NettyPort implements QuicPort {
    private static final AttributeKey<NettyConnection> CONNECTION =
            AttributeKey.valueOf("libp2p.transports.quic.connection");
    private static final int DATAGRAM = 2048;
    private static final int SOCKET_BUFFER = 4 << 20;

    /** 1500 bytes of Ethernet less the headers of IPv6 and UDP. */
    private static final int PAYLOAD = 1452;

    private static final int DATAGRAMS_QUEUED = 4;

    /** Ids that the remote may have given: each change of its address, as by a NAT that forgets, uses one up. */
    private static final int CONNECTION_IDS = 8;

    private final Environment environment;
    private final Limits limits;
    private final NettyTls tls;
    private final MultiThreadIoEventLoopGroup group;
    private final Channel channel;
    private final InetSocketAddress local;
    private final ConnectionIds ids;
    private final Doorkeeper doorkeeper;
    private final Demux demux;
    private final Receivers receivers = new Receivers();
    private final AtomicBoolean closed = new AtomicBoolean();

    NettyPort(Environment environment, Limits limits, NettyTls tls, InetSocketAddress address) throws IOException {
        this.environment = environment;
        this.limits = limits;
        this.tls = tls;
        group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("libp2p-quic", true), DatagramSockets.ioHandlerFactory());
        boolean done = false;
        try {
            channel = bind(address);
            local = (InetSocketAddress) channel.localAddress();
            ids = new ConnectionIds(environment);
            RetryTokens tokens = new RetryTokens(environment);
            doorkeeper = new Doorkeeper(environment, limits, local, ids, tokens, channel.eventLoop());
            ChannelHandler serverCodec = serverCodec(tokens);
            ChannelHandler clientCodec = clientCodec();
            demux = new Demux(
                    serverCodec,
                    clientCodec,
                    doorkeeper,
                    receivers,
                    limits.port().newcomers());
            channel.pipeline().addLast(demux, serverCodec, clientCodec);
            channel.config().setAutoRead(true);
            done = true;
        } finally {
            if (!done) {
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            }
        }
    }

    private Channel bind(InetSocketAddress address) throws IOException {
        Bootstrap bootstrap = new Bootstrap()
                .group(group)
                .channelFactory(() -> DatagramSockets.open(address.getAddress()))
                .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BUFFER)
                .option(ChannelOption.AUTO_READ, false)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel opened) {}
                });
        DatagramSockets.separateFamilies(bootstrap, address.getAddress());
        DatagramSockets.readInBursts(bootstrap, limits.port().burst(), DATAGRAM);
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            BindException failure =
                    new BindException(String.valueOf(bound.cause().getMessage()));
            failure.initCause(bound.cause());
            throw failure;
        }
        return bound.channel();
    }

    private ChannelHandler serverCodec(RetryTokens tokens) {
        return configured(new QuicServerCodecBuilder())
                .connectionIdAddressGenerator(ids)
                .tokenHandler(tokens)
                .sslEngineProvider(this::serverEngine)
                .handler(connectionInitializer())
                .streamHandler(streamInitializer())
                .streamOption(ChannelOption.AUTO_READ, false)
                .streamOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .build();
    }

    private ChannelHandler clientCodec() {
        return configured(new QuicClientCodecBuilder())
                .sslEngineProvider(this::clientEngine)
                .build();
    }

    private <B extends QuicCodecBuilder<B>> B configured(B builder) {
        return builder.maxIdleTimeout(limits.timeouts().idle().toMillis(), TimeUnit.MILLISECONDS)
                .initialMaxData(limits.connections().window())
                .initialMaxStreamDataBidirectionalLocal(limits.connections().streamWindow())
                .initialMaxStreamDataBidirectionalRemote(limits.connections().streamWindow())
                .initialMaxStreamsBidirectional(limits.connections().streams())
                .initialMaxStreamsUnidirectional(0)
                .maxSendUdpPayloadSize(PAYLOAD)
                .maxRecvUdpPayloadSize(DATAGRAM)
                .activeConnectionIdLimit(CONNECTION_IDS)
                .localConnectionIdLength(ConnectionIds.LENGTH)
                .datagram(DATAGRAMS_QUEUED, DATAGRAMS_QUEUED)
                .grease(false);
    }

    private QuicSslEngine serverEngine(QuicChannel opened) {
        NettyConnection connection = doorkeeper.begin(opened);
        if (connection == null) {
            throw new IllegalStateException("a connection that nobody let in");
        }
        opened.attr(CONNECTION).set(connection);
        return forgetting(connection, tls.serverEngine(connection.verification()));
    }

    private QuicSslEngine clientEngine(QuicChannel opened) {
        NettyConnection connection = opened.attr(CONNECTION).get();
        return forgetting(connection, tls.clientEngine(connection.verification()));
    }

    private QuicSslEngine forgetting(NettyConnection connection, QuicSslEngine engine) {
        connection.onLoopEnd(() -> tls.forget(engine));
        return engine;
    }

    private static ChannelInitializer<QuicChannel> connectionInitializer() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(QuicChannel opened) {
                opened.pipeline().addLast(opened.attr(CONNECTION).get());
            }

            @Override
            public boolean isSharable() {
                return true;
            }
        };
    }

    private static ChannelInitializer<QuicStreamChannel> streamInitializer() {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(QuicStreamChannel stream) {
                stream.parent().attr(CONNECTION).get().table().arrived(stream);
            }

            @Override
            public boolean isSharable() {
                return true;
            }
        };
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public void acceptor(@Nullable QuicAcceptor acceptor) {
        doorkeeper.acceptor(acceptor);
        if (acceptor == null && !closed.get()) {
            channel.eventLoop().submit(doorkeeper::giveUp).awaitUninterruptibly();
        }
    }

    @Override
    public QuicConnection connect(InetSocketAddress remote, PeerVerifier verifier, Deadline deadline)
            throws IOException {
        byte[] id = ids.random();
        ByteBuffer name = ByteBuffer.wrap(id);
        Verification verification = new Verification(verifier);
        Dial dial = new Dial(environment);
        NettyConnection connection =
                new NettyConnection(environment, limits, local, remote, false, verification, dial::settle);
        demux.dialed(name, connection);
        var connecting = QuicChannel.newBootstrap(channel)
                .connectionAddress(new QuicConnectionAddress(id.clone()))
                .attr(CONNECTION, connection)
                .handler(connectionInitializer())
                .streamHandler(streamInitializer())
                .streamOption(ChannelOption.AUTO_READ, false)
                .streamOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .remoteAddress(remote)
                .connect();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                IOException refused = verification.failure();
                dial.settle(refused != null ? refused : done.cause());
                demux.forgetDialed(name);
            } else {
                ((QuicChannel) done.getNow()).closeFuture().addListener(ended -> demux.forgetDialed(name));
            }
        });
        boolean made = false;
        try {
            dial.await(remote, deadline);
            if (!verification.isVerified()) {
                throw new IOException("QUIC to " + remote + ": the remote showed no certificate");
            }
            made = true;
            return connection;
        } finally {
            if (!made) {
                connection.giveUp();
            }
        }
    }

    @Override
    public Registration receive(int from, int to, Receiver receiver) {
        return receivers.add(from, to, receiver);
    }

    @Override
    public void send(ByteBuffer datagram, InetSocketAddress target) {
        channel.writeAndFlush(new DatagramPacket(Unpooled.copiedBuffer(datagram), target));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            channel.eventLoop().execute(doorkeeper::close);
            channel.close().awaitUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
