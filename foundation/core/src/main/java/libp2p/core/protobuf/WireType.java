package libp2p.core.protobuf;

/** The wire types of protocol buffers. */
final class WireType {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH = 2;
    static final int GROUP_START = 3;
    static final int GROUP_END = 4;
    static final int FIXED32 = 5;

    private WireType() {}

    static String name(int wireType) {
        return switch (wireType) {
            case VARINT -> "varint";
            case FIXED64 -> "64-bit";
            case LENGTH -> "length-delimited";
            case GROUP_START, GROUP_END -> "group";
            case FIXED32 -> "32-bit";
            default -> "wire type " + wireType;
        };
    }
}
