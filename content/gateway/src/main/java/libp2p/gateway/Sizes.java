package libp2p.gateway;

/** Numbers of bytes for people. */
final class Sizes {
    private static final String UNITS = "KMGTPE";

    private Sizes() {}

    /** Bytes up to 1023, above that three digits or four in the largest unit of 1024, such as {@code 1.5 MiB}. */
    static String text(long bytes) {
        if (bytes >= 0 && bytes < 1024) {
            return bytes + " B";
        }
        int unit = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        long tenths = (long) (((bytes >>> 1) * 20.0 + (bytes & 1) * 10.0) / (1L << 10 * unit) + 0.5);
        if (tenths >= 10_240 && unit < UNITS.length()) { // rounded up to the next unit
            tenths = 10;
            unit++;
        }
        String number = tenths < 1000 ? tenths / 10 + "." + tenths % 10 : Long.toString((tenths + 5) / 10);
        return number + " " + UNITS.charAt(unit - 1) + "iB";
    }
}
