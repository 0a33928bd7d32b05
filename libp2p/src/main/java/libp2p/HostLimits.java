package libp2p;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import libp2p.discovery.bootstrap.BootstrapLimits;
import libp2p.multiformats.MalformedException;
import libp2p.muxers.MuxerLimits;
import libp2p.protocols.identify.IdentifyLimits;
import libp2p.protocols.ping.PingLimits;
import libp2p.security.SecurityLimits;
import libp2p.swarm.SwarmLimits;
import libp2p.swarm.connmgr.TrimmingConnectionManager;
import libp2p.swarm.resource.LimitsFile;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.transports.quic.QuicLimits;
import libp2p.transports.tcp.TcpLimits;
import libp2p.transports.websocket.WebSocketLimits;

/**
 * Every bound of a host in one value. Immutable. One is changed so:
 *
 * <pre>{@code
 * Libp2p.host().limits(limits -> limits
 *         .withSwarm(swarm -> swarm.withDialing(dialing -> dialing.withTimeout(Duration.ofSeconds(5)))));
 * }</pre>
 *
 * <p>The same bounds can be read from a text, of which {@link #text} gives all lines:
 *
 * <pre>
 * # what is not named here keeps its default
 * system.connectionsInbound = 2000
 * trimming.high = 400
 * swarm.dialing.timeout = 5s
 * muxers.yamux.window = 4MiB
 * kad.lookup.alpha = 3
 * </pre>
 *
 * <p>Lines of resources have the form of {@link LimitsFile}. All others begin with the name of a component of this
 * record, or with the name under which a family of protocols asks for its limits ({@code HostAssembly.limits}).
 *
 * @param resources of connections, streams and memory
 * @param trimming how many connections may stay, and which are closed first
 * @param swarm of dialing, listening, resolving and negotiating
 * @param muxers of each multiplexed connection
 * @param security of handshakes
 * @param tcp of TCP listeners
 * @param webSocket of WebSocket handshakes and frames
 * @param quic of QUIC ports and connections
 * @param identify of identify and its pushes
 * @param ping of ping
 * @param bootstrap of the connections to bootstrap peers
 * @param families changes to the limits of families, by the whole name of the limit, each with its text
 */
public record HostLimits(
        ResourceLimits resources,
        TrimmingConnectionManager.Options trimming,
        SwarmLimits swarm,
        MuxerLimits muxers,
        SecurityLimits security,
        TcpLimits tcp,
        WebSocketLimits webSocket,
        QuicLimits quic,
        IdentifyLimits identify,
        PingLimits ping,
        BootstrapLimits bootstrap,
        Map<String, String> families) {
    /** A larger file is refused. */
    private static final int MAXIMUM_BYTES = 1 << 20;

    public HostLimits {
        families = Collections.unmodifiableMap(new TreeMap<>(families));
    }

    /** The default: resources as go-libp2p scales them to a machine, and the defaults of every part. */
    public static HostLimits ofThisMachine() {
        return of(ResourceLimits.ofThisMachine());
    }

    /** Counts resources but refuses none, and trims no connection; the bounds of each part stay. */
    public static HostLimits unlimited() {
        return of(ResourceLimits.unlimited())
                .withTrimming(trimming -> trimming.withMarks(Integer.MAX_VALUE, Integer.MAX_VALUE));
    }

    private static HostLimits of(ResourceLimits resources) {
        return new HostLimits(
                resources,
                TrimmingConnectionManager.Options.DEFAULT,
                SwarmLimits.DEFAULT,
                MuxerLimits.DEFAULT,
                SecurityLimits.DEFAULT,
                TcpLimits.DEFAULT,
                WebSocketLimits.DEFAULT,
                QuicLimits.DEFAULT,
                IdentifyLimits.DEFAULT,
                PingLimits.DEFAULT,
                BootstrapLimits.DEFAULT,
                Map.of());
    }

    /**
     * Reads a file of changes; blocks for the disk.
     *
     * @param base what holds where the file says nothing
     * @throws MalformedException naming the file, the line that is wrong, and why; names of families that are not built
     *     in are checked when the host starts
     * @throws IOException if there is no such file, or it cannot be read
     */
    public static HostLimits read(Path file, HostLimits base) throws IOException {
        String source = "limits file " + file;
        long size = Files.size(file);
        if (size > MAXIMUM_BYTES) {
            throw new MalformedException(source + ": " + size + " bytes, more than the limit of " + MAXIMUM_BYTES);
        }
        try {
            return parse(source, Files.readString(file, StandardCharsets.UTF_8), base);
        } catch (CharacterCodingException e) {
            throw new MalformedException(source + ": not a text in UTF-8");
        }
    }

    /**
     * Reads a text of changes.
     *
     * @param source what the text is called in errors, for example {@code "limits file /etc/p2p/limits"}
     * @param base what holds where the text says nothing
     * @throws MalformedException naming the source, the line that is wrong, and why
     */
    public static HostLimits parse(String source, String text, HostLimits base) {
        HostLimits limits = base;
        List<String> resources = new ArrayList<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String stripped = line.strip();
            int equals = stripped.lastIndexOf('=');
            String name = equals < 0 ? "" : stripped.substring(0, equals).strip();
            if (stripped.startsWith("#") || LimitsFile.isLine(name)) {
                resources.add(line);
                continue;
            }
            resources.add(""); // keeps the numbers of the lines
            try {
                limits = limits.changed(name, stripped.substring(equals + 1).strip());
            } catch (MalformedException e) {
                throw new MalformedException(source + ", line " + number + ": " + e.getMessage());
            }
        }
        return limits.withResources(LimitsFile.parse(source, String.join("\n", resources), limits.resources));
    }

    private HostLimits changed(String name, String value) {
        int dot = name.indexOf('.');
        String first = dot < 0 ? name : name.substring(0, dot);
        if (parts().containsKey(first)) {
            return LimitRecords.changed(this, name, value);
        }
        FamilyLimits.check(name, value);
        Map<String, String> changed = new TreeMap<>(families);
        changed.put(name, value);
        return new HostLimits(
                resources, trimming, swarm, muxers, security, tcp, webSocket, quic, identify, ping, bootstrap, changed);
    }

    /** All limits as a text that {@link #parse} reads, those of the built-in families too. */
    public String text() {
        StringBuilder text = new StringBuilder(LimitsFile.text(resources));
        Map<String, Record> all = parts();
        all.putAll(new FamilyLimits(families).builtIn());
        all.forEach((name, part) -> LimitRecords.write(
                name,
                part,
                (limit, value) -> text.append(limit).append(" = ").append(value).append('\n')));
        families.forEach((limit, value) -> {
            if (!FamilyLimits.isBuiltIn(limit)) {
                text.append(limit).append(" = ").append(value).append('\n');
            }
        });
        return text.toString();
    }

    private Map<String, Record> parts() {
        Map<String, Record> parts = new LinkedHashMap<>();
        parts.put("trimming", trimming);
        parts.put("swarm", swarm);
        parts.put("muxers", muxers);
        parts.put("security", security);
        parts.put("tcp", tcp);
        parts.put("webSocket", webSocket);
        parts.put("quic", quic);
        parts.put("identify", identify);
        parts.put("ping", ping);
        parts.put("bootstrap", bootstrap);
        return parts;
    }

    /** The same with other limits of connections, streams and memory. */
    public HostLimits withResources(ResourceLimits value) {
        return new HostLimits(
                value, trimming, swarm, muxers, security, tcp, webSocket, quic, identify, ping, bootstrap, families);
    }

    /** The same with other marks and times of trimming connections. */
    public HostLimits withTrimming(UnaryOperator<TrimmingConnectionManager.Options> change) {
        return new HostLimits(
                resources,
                change.apply(trimming),
                swarm,
                muxers,
                security,
                tcp,
                webSocket,
                quic,
                identify,
                ping,
                bootstrap,
                families);
    }

    /** The same with other bounds of dialing, listening, resolving and negotiating. */
    public HostLimits withSwarm(UnaryOperator<SwarmLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                change.apply(swarm),
                muxers,
                security,
                tcp,
                webSocket,
                quic,
                identify,
                ping,
                bootstrap,
                families);
    }

    /** The same with other bounds of multiplexed connections. */
    public HostLimits withMuxers(UnaryOperator<MuxerLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                swarm,
                change.apply(muxers),
                security,
                tcp,
                webSocket,
                quic,
                identify,
                ping,
                bootstrap,
                families);
    }

    /** The same with other bounds of handshakes. */
    public HostLimits withSecurity(UnaryOperator<SecurityLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                swarm,
                muxers,
                change.apply(security),
                tcp,
                webSocket,
                quic,
                identify,
                ping,
                bootstrap,
                families);
    }

    /** The same with other bounds of TCP listeners. */
    public HostLimits withTcp(UnaryOperator<TcpLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                swarm,
                muxers,
                security,
                change.apply(tcp),
                webSocket,
                quic,
                identify,
                ping,
                bootstrap,
                families);
    }

    /** The same with other bounds of WebSocket handshakes and frames. */
    public HostLimits withWebSocket(UnaryOperator<WebSocketLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                swarm,
                muxers,
                security,
                tcp,
                change.apply(webSocket),
                quic,
                identify,
                ping,
                bootstrap,
                families);
    }

    /** The same with other bounds of QUIC ports and connections. */
    public HostLimits withQuic(UnaryOperator<QuicLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                swarm,
                muxers,
                security,
                tcp,
                webSocket,
                change.apply(quic),
                identify,
                ping,
                bootstrap,
                families);
    }

    /** The same with other bounds of identify. */
    public HostLimits withIdentify(UnaryOperator<IdentifyLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                swarm,
                muxers,
                security,
                tcp,
                webSocket,
                quic,
                change.apply(identify),
                ping,
                bootstrap,
                families);
    }

    /** The same with other bounds of ping. */
    public HostLimits withPing(UnaryOperator<PingLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                swarm,
                muxers,
                security,
                tcp,
                webSocket,
                quic,
                identify,
                change.apply(ping),
                bootstrap,
                families);
    }

    /** The same with other bounds of the connections to bootstrap peers. */
    public HostLimits withBootstrap(UnaryOperator<BootstrapLimits> change) {
        return new HostLimits(
                resources,
                trimming,
                swarm,
                muxers,
                security,
                tcp,
                webSocket,
                quic,
                identify,
                ping,
                change.apply(bootstrap),
                families);
    }
}
