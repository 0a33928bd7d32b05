package libp2p.multiformats.multiaddr;

import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.Varint;

/** Walks over the components of a binary multiaddr, checking their frames and number, not their values. One thread. */
final class Cursor {
    private final byte[] bytes;
    private int count;
    private int start;
    private int valueFrom;
    private int end;
    private Protocol protocol = Protocol.P2P;

    Cursor(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Moves to the next component; false at the end. */
    boolean advance() {
        start = end;
        if (start == bytes.length) {
            return false;
        }
        long code = Varint.decode(bytes, start, bytes.length);
        Protocol found = Protocol.of(code);
        if (found == null) {
            throw malformed("unknown protocol code " + code);
        }
        protocol = found;
        valueFrom = start + found.encodedCodeLength();
        long size = found.size();
        if (found.isVariable()) {
            size = Varint.decode(bytes, valueFrom, bytes.length);
            valueFrom += Varint.size(size);
            if (size == 0) {
                throw malformed("empty value of /" + found);
            }
        }
        int left = bytes.length - valueFrom;
        if (size > left) {
            throw malformed("a value of /" + found + " should have " + size + " bytes, but only " + left + " follow");
        }
        end = valueFrom + (int) size;
        if (found.isPath() && end < bytes.length) {
            throw malformed("nothing may follow the path of /" + found);
        }
        if (++count > MultiformatsLimits.MULTIADDR_COMPONENTS) {
            throw malformed("more than the limit of " + MultiformatsLimits.MULTIADDR_COMPONENTS + " components");
        }
        return true;
    }

    /** Moves to the next component of a protocol; false if there is none. */
    boolean find(Protocol wanted) {
        while (advance()) {
            if (protocol == wanted) {
                return true;
            }
        }
        return false;
    }

    void checkValue() {
        Value value = protocol.value();
        if (value != null) {
            try {
                value.check(bytes, valueFrom, end);
            } catch (MalformedException e) {
                throw malformed("value of /" + protocol + ": " + e.getMessage());
            }
        }
    }

    private MalformedException malformed(String what) {
        return new MalformedException("multiaddr: " + what + " (byte " + start + ")");
    }

    Protocol protocol() {
        return protocol;
    }

    int start() {
        return start;
    }

    int valueFrom() {
        return valueFrom;
    }

    int end() {
        return end;
    }
}
