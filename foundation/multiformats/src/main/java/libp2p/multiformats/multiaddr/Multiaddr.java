package libp2p.multiformats.multiaddr;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import org.jspecify.annotations.Nullable;

/**
 * A network address as a sequence of {@link Component}s, each a protocol with its value, such as
 * {@code /ip4/192.0.2.1/udp/4001/quic-v1/p2p/12D3Koo…}: where a peer is, and how to speak with it.
 *
 * <pre>{@code
 * Multiaddr listening = Multiaddr.parse("/ip4/192.0.2.1/tcp/4001");
 * Multiaddr full = listening.encapsulate(Multiaddr.parse("/p2p/" + id));
 * }</pre>
 *
 * It holds nothing but its canonical bytes, which are valid from the moment it exists: at most {@link
 * MultiformatsLimits#MULTIADDR_BYTES}, known protocols only. Immutable; equal if the bytes are; ordered by them (unsigned).
 */
public final class Multiaddr implements Comparable<Multiaddr> {
    /**
     * The address without components. It is the result of taking everything away; it cannot be read from text or bytes.
     */
    public static final Multiaddr EMPTY = new Multiaddr(new byte[0]);

    private final byte[] bytes;
    private int hash; // benign race, as in String

    private Multiaddr(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the text of an address. Slashes at the end are ignored, {@code /ipfs/} is read as {@code /p2p/}.
     *
     * @param text up to {@link MultiformatsLimits#MULTIADDR_TEXT} characters
     * @return the address
     * @throws MalformedException if it is not an address or exceeds a limit
     */
    public static Multiaddr parse(String text) {
        return new Multiaddr(TextParser.parse(text));
    }

    /**
     * Decodes an address that fills the whole array.
     *
     * @param bytes the encoding; copied
     * @return the address
     * @throws MalformedException if it is empty, or not an address, or exceeds a limit
     */
    public static Multiaddr fromBytes(byte[] bytes) {
        requireLength(bytes.length);
        return checked(bytes.clone());
    }

    /**
     * Decodes an address that fills the rest of a buffer.
     *
     * @param in where to read; the position moves to the limit, unless there is an exception
     * @return the address
     * @throws MalformedException if it is empty, or not an address, or exceeds a limit
     */
    public static Multiaddr fromBytes(ByteBuffer in) {
        requireLength(in.remaining());
        var bytes = new byte[in.remaining()];
        in.get(in.position(), bytes);
        Multiaddr address = checked(bytes);
        in.position(in.limit());
        return address;
    }

    private static void requireLength(int length) {
        if (length == 0) {
            throw new MalformedException("multiaddr: empty");
        }
        if (length > MultiformatsLimits.MULTIADDR_BYTES) {
            throw tooLong(length);
        }
    }

    private static MalformedException tooLong(int length) {
        return new MalformedException(
                "multiaddr: " + length + " bytes are more than the limit of " + MultiformatsLimits.MULTIADDR_BYTES);
    }

    private static Multiaddr checked(byte[] bytes) {
        var cursor = new Cursor(bytes);
        while (cursor.advance()) {
            cursor.checkValue();
        }
        return new Multiaddr(bytes);
    }

    /**
     * An address from its components.
     *
     * @param components in order
     * @return the address
     * @throws MalformedException if it would be too long, or something follows a path
     */
    public static Multiaddr of(List<Component> components) {
        Multiaddr address = EMPTY;
        for (Component component : components) {
            address = address.append(component.toBytes());
        }
        return address;
    }

    /**
     * {@code /ip4/…/tcp/…} or {@code /ip6/…/tcp/…}; for a scoped IPv6 address with {@code /ip6zone/…} before it.
     *
     * @param ip the address
     * @param port 0 to 65535
     * @return the address
     * @throws MalformedException if the port is out of range
     */
    public static Multiaddr ofTcp(InetAddress ip, int port) {
        return ofIp(ip).with(Protocol.TCP, Integer.toString(port));
    }

    /**
     * {@code /ip4/…/udp/…} or {@code /ip6/…/udp/…}; for a scoped IPv6 address with {@code /ip6zone/…} before it.
     *
     * @param ip the address
     * @param port 0 to 65535
     * @return the address
     * @throws MalformedException if the port is out of range
     */
    public static Multiaddr ofUdp(InetAddress ip, int port) {
        return ofIp(ip).with(Protocol.UDP, Integer.toString(port));
    }

    /**
     * {@code /ip4/…} or {@code /ip6/…}; for a link-local IPv6 address with a scope with {@code /ip6zone/…} before it.
     *
     * @param ip the address
     * @return the address
     */
    public static Multiaddr ofIp(InetAddress ip) {
        Multiaddr zone = EMPTY;
        if (ip instanceof Inet6Address ip6 && ip6.isLinkLocalAddress()) { // others are the same on every link
            NetworkInterface scope = ip6.getScopedInterface();
            if (scope != null) {
                zone = EMPTY.with(Protocol.IP6ZONE, scope.getName());
            } else if (ip6.getScopeId() > 0) {
                zone = EMPTY.with(Protocol.IP6ZONE, Integer.toString(ip6.getScopeId()));
            }
        }
        byte[] value = ip.getAddress();
        return zone.append(Component.ofBytes(value.length == 4 ? Protocol.IP4 : Protocol.IP6, value)
                .toBytes());
    }

    /** {@return whether there are no components} */
    public boolean isEmpty() {
        return bytes.length == 0;
    }

    /** {@return how many bytes the encoding has} */
    public int size() {
        return bytes.length;
    }

    /** {@return a copy of the encoding} */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * Writes the encoding at the buffer's position and moves it on.
     *
     * @param out where to write
     * @throws java.nio.BufferOverflowException if it does not fit
     */
    public void writeTo(ByteBuffer out) {
        out.put(bytes);
    }

    /** {@return the components, in a new immutable list} */
    public List<Component> components() {
        var components = new ArrayList<Component>(8);
        for (var cursor = new Cursor(bytes); cursor.advance(); ) {
            components.add(new Component(bytes, cursor));
        }
        return List.copyOf(components);
    }

    /** {@return the protocols of the components, in a new immutable list} */
    public List<Protocol> protocols() {
        var protocols = new ArrayList<Protocol>(8);
        for (var cursor = new Cursor(bytes); cursor.advance(); ) {
            protocols.add(cursor.protocol());
        }
        return List.copyOf(protocols);
    }

    /**
     * {@return whether there is a component of the protocol}
     *
     * @param protocol what to look for
     */
    public boolean has(Protocol protocol) {
        return new Cursor(bytes).find(protocol);
    }

    /**
     * {@return the first component of the protocol, or null if there is none}
     *
     * @param protocol what to look for
     */
    public @Nullable Component component(Protocol protocol) {
        var cursor = new Cursor(bytes);
        return cursor.find(protocol) ? new Component(bytes, cursor) : null;
    }

    /**
     * {@return the text of the value of the first component of the protocol, or null if there is none}
     *
     * @param protocol what to look for
     */
    public @Nullable String value(Protocol protocol) {
        Component component = component(protocol);
        return component == null ? null : component.value();
    }

    /**
     * {@return the bytes of the value of the first component of the protocol, or null if there is none}
     *
     * @param protocol what to look for
     */
    public byte @Nullable [] valueBytes(Protocol protocol) {
        Component component = component(protocol);
        return component == null ? null : component.valueBytes();
    }

    /**
     * This address followed by another.
     *
     * @param inner what to append
     * @return the longer address
     * @throws MalformedException if it would be too long, or this one ends with a path
     */
    public Multiaddr encapsulate(Multiaddr inner) {
        return append(inner.bytes);
    }

    /**
     * This address followed by a component without a value.
     *
     * @param protocol one that has no value
     * @return the longer address
     * @throws MalformedException if the protocol needs a value, or the result would not be valid
     */
    public Multiaddr with(Protocol protocol) {
        return append(Component.of(protocol).toBytes());
    }

    /**
     * This address followed by a component.
     *
     * @param protocol one that has a value
     * @param value the text of the value
     * @return the longer address
     * @throws MalformedException if the value is malformed, or the result would not be valid
     */
    public Multiaddr with(Protocol protocol, String value) {
        return append(Component.of(protocol, value).toBytes());
    }

    /**
     * This address followed by a component.
     *
     * @param component what to append
     * @return the longer address
     * @throws MalformedException if the result would not be valid
     */
    public Multiaddr with(Component component) {
        return append(component.toBytes());
    }

    private Multiaddr append(byte[] more) {
        if (bytes.length == 0 || more.length == 0) {
            return more.length == 0 ? this : new Multiaddr(more);
        }
        int length = bytes.length + more.length;
        if (length > MultiformatsLimits.MULTIADDR_BYTES) {
            throw tooLong(length);
        }
        byte[] joined = Arrays.copyOf(bytes, length);
        System.arraycopy(more, 0, joined, bytes.length, more.length);
        var cursor = new Cursor(joined);
        while (cursor.advance()) {
            // Both parts are valid; this looks for a path in the middle and counts the components.
        }
        return new Multiaddr(joined);
    }

    /**
     * The part before the last occurrence of another address in this one.
     *
     * @param inner what to take away, with everything after it
     * @return what remains, perhaps {@link #EMPTY}; this address if it does not contain the other
     */
    public Multiaddr decapsulate(Multiaddr inner) {
        int at = -1;
        int length = inner.bytes.length;
        for (var cursor = new Cursor(bytes); cursor.advance(); ) {
            int start = cursor.start();
            if (start + length <= bytes.length && Arrays.equals(bytes, start, start + length, inner.bytes, 0, length)) {
                at = start;
            }
        }
        return at < 0 || length == 0 ? this : prefix(at);
    }

    /**
     * The part before the last component of a protocol.
     *
     * @param protocol what to take away, with everything after it
     * @return what remains, perhaps {@link #EMPTY}; this address if it has no such component
     */
    public Multiaddr decapsulate(Protocol protocol) {
        int at = -1;
        for (var cursor = new Cursor(bytes); cursor.find(protocol); ) {
            at = cursor.start();
        }
        return at < 0 ? this : prefix(at);
    }

    private Multiaddr prefix(int end) {
        return end == 0 ? EMPTY : new Multiaddr(Arrays.copyOf(bytes, end));
    }

    /**
     * The peer that this address leads to: the value of the last {@code /p2p/}, unless a {@code /p2p-circuit} follows
     * it, because then it names only the relay.
     *
     * @return a copy of the bytes of the peer id, which is a multihash, or null if no peer is named
     */
    public byte @Nullable [] peerId() {
        byte[] peer = null;
        for (var cursor = new Cursor(bytes); cursor.advance(); ) {
            if (cursor.protocol() == Protocol.P2P) {
                peer = Arrays.copyOfRange(bytes, cursor.valueFrom(), cursor.end());
            } else if (cursor.protocol() == Protocol.P2P_CIRCUIT) {
                peer = null;
            }
        }
        return peer;
    }

    /** {@return this address without the {@code /p2p/} at its end; this address if there is none} */
    public Multiaddr withoutPeer() {
        int at = -1;
        for (var cursor = new Cursor(bytes); cursor.advance(); ) {
            at = cursor.protocol() == Protocol.P2P ? cursor.start() : -1;
        }
        return at < 0 ? this : prefix(at);
    }

    /**
     * This address followed by {@code /p2p/}; unchanged if it already ends with the same.
     *
     * @param peerId the bytes of a peer id
     * @return the longer address
     * @throws MalformedException if the bytes are no peer id, or the address already ends with another peer
     */
    public Multiaddr withPeer(byte[] peerId) {
        Component peer = Component.ofBytes(Protocol.P2P, peerId);
        Multiaddr bare = withoutPeer();
        if (bare.size() == size()) {
            return with(peer);
        }
        if (bare.with(peer).equals(this)) {
            return this;
        }
        throw new MalformedException("multiaddr: " + this + " already names another peer than " + peer.value());
    }

    /**
     * The IP address at the beginning, after a zone if there is one. Never resolves names.
     *
     * @return the address without its zone, or null if there is none; a mapped IPv6 address becomes an IPv4 address
     */
    public @Nullable InetAddress ip() {
        Cursor cursor = ipComponent();
        if (cursor == null) {
            return null;
        }
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, cursor.valueFrom(), cursor.end()));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("multiaddr: /ip4 and /ip6 have 4 and 16 bytes", e);
        }
    }

    /** {@return the number of the first {@code /tcp/} or {@code /udp/}, or -1 if there is none} */
    public int port() {
        for (var cursor = new Cursor(bytes); cursor.advance(); ) {
            if (cursor.protocol() == Protocol.TCP || cursor.protocol() == Protocol.UDP) {
                int at = cursor.valueFrom();
                return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
            }
        }
        return -1;
    }

    /** {@return how far the IP address at the beginning reaches, or null if there is none} */
    public @Nullable IpScope ipScope() {
        Cursor cursor = ipComponent();
        if (cursor == null) {
            return null;
        }
        return cursor.protocol() == Protocol.IP4
                ? IpScope.ofIp4(bytes, cursor.valueFrom())
                : IpScope.ofIp6(bytes, cursor.valueFrom());
    }

    private @Nullable Cursor ipComponent() {
        var cursor = new Cursor(bytes);
        boolean found = cursor.advance();
        if (found && cursor.protocol() == Protocol.IP6ZONE) {
            found = cursor.advance() && cursor.protocol() == Protocol.IP6;
        }
        return found && (cursor.protocol() == Protocol.IP4 || cursor.protocol() == Protocol.IP6) ? cursor : null;
    }

    /** {@return whether it begins with a loopback IP address, or the domain name {@code localhost} or below} */
    public boolean isLoopback() {
        String name = domainName();
        return name == null ? ipScope() == IpScope.LOOPBACK : DnsNames.isLocalhost(name);
    }

    /** {@return whether it begins with a link-local IP address} */
    public boolean isLinkLocal() {
        return ipScope() == IpScope.LINK_LOCAL;
    }

    /** {@return whether it begins with an address of this machine, link or private network; names: only localhost} */
    public boolean isPrivate() {
        return isLoopback() || isLinkLocal() || ipScope() == IpScope.PRIVATE;
    }

    /** {@return whether it begins with a globally reachable IP address, or a domain name that may have one} */
    public boolean isPublic() {
        String name = domainName();
        return name == null ? ipScope() == IpScope.PUBLIC : DnsNames.mayBePublic(name);
    }

    private @Nullable String domainName() {
        var cursor = new Cursor(bytes);
        if (!cursor.advance()) {
            return null;
        }
        return switch (cursor.protocol()) {
            case DNS, DNS4, DNS6, DNSADDR -> new Component(bytes, cursor).value();
            default -> null;
        };
    }

    @Override
    public int compareTo(Multiaddr other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Multiaddr address && Arrays.equals(bytes, address.bytes));
    }

    @Override
    public int hashCode() {
        int h = hash;
        if (h == 0) {
            h = Arrays.hashCode(bytes);
            hash = h;
        }
        return h;
    }

    /** {@return the canonical text; a slash for {@link #EMPTY}} */
    @Override
    public String toString() {
        if (bytes.length == 0) {
            return "/";
        }
        var text = new StringBuilder(2 * bytes.length + 32);
        for (var cursor = new Cursor(bytes); cursor.advance(); ) {
            Component.print(cursor.protocol(), bytes, cursor.valueFrom(), cursor.end(), text);
        }
        return text.toString();
    }
}
