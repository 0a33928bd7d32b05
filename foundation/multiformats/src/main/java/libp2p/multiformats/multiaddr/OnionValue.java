package libp2p.multiformats.multiaddr;

import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multibase;

/** A Tor service: its address in base32, without {@code .onion}, a colon, and a port other than 0. */
record OnionValue(int addressBytes) implements Value {
    @Override
    public void parse(String text, int from, int to, Sink out) {
        int colon = text.indexOf(':', from);
        if (colon < 0 || colon >= to) {
            throw new MalformedException("no port");
        }
        byte[] address = Multibase.BASE32.decodeBare(text.substring(from, colon));
        if (address.length != addressBytes) {
            throw new MalformedException("an onion address has " + addressBytes + " bytes, not " + address.length);
        }
        out.put(address, 0, address.length);
        NumberValue.PORT.parse(text, colon + 1, to, out);
    }

    @Override
    public void check(byte[] in, int from, int to) {
        if (in[to - 2] == 0 && in[to - 1] == 0) {
            throw new MalformedException("port 0");
        }
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        out.append(Multibase.BASE32.encodeBare(Arrays.copyOfRange(in, from, to - 2)))
                .append(':');
        NumberValue.PORT.print(in, to - 2, to, out);
    }
}
