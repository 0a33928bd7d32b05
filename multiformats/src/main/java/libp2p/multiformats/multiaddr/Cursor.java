package libp2p.multiformats.multiaddr;

import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Varint;

/** Walks over the components of a binary multiaddr, checking their frames but not their values. One thread. */
final class Cursor {
    private final byte[] bytes;
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
            throw new MalformedException("multiaddr: unknown protocol code " + code + " at byte " + start);
        }
        protocol = found;
        valueFrom = start + found.encodedCodeLength();
        long size = found.size();
        if (found.isVariable()) {
            size = Varint.decode(bytes, valueFrom, bytes.length);
            valueFrom += Varint.size(size);
            if (size == 0) {
                throw new MalformedException("multiaddr: empty value of /" + found + " at byte " + start);
            }
        }
        if (size > bytes.length - valueFrom) {
            throw new MalformedException("multiaddr: the value of /" + found + " at byte " + start + " should have "
                    + size + " bytes, but only " + (bytes.length - valueFrom) + " follow");
        }
        end = valueFrom + (int) size;
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
                throw new MalformedException(
                        "multiaddr: value of /" + protocol + " at byte " + start + ": " + e.getMessage());
            }
        }
        if (protocol.isPath() && end < bytes.length) {
            throw new MalformedException(
                    "multiaddr: nothing may follow the path of /" + protocol + " at byte " + start);
        }
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
