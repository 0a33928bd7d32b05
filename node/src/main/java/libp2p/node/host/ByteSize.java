package libp2p.node.host;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes from the command line: {@code 1000}, {@code 64MiB}, {@code 100M}, {@code 1.5GB}. */
public final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,6})?)\\s*([kmgt]?)(i?)b?");
    private static final String PREFIXES = "kmgt";

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw new TypeConversionException(
                    "'" + text + "' is no number of bytes, such as 1000, 64MiB (of 1024) or 100MB (of 1000)");
        }
        int power = form.group(2).isEmpty() ? 0 : 1 + PREFIXES.indexOf(form.group(2));
        double bytes =
                Double.parseDouble(form.group(1)) * Math.pow(form.group(3).isEmpty() ? 1000 : 1024, power);
        if (bytes > Long.MAX_VALUE / 2.0) {
            throw new TypeConversionException("'" + text + "' is too many bytes");
        }
        return form.group(2).isEmpty() && !form.group(1).contains(".") ? Long.parseLong(form.group(1)) : (long) bytes;
    }

    /** For people, for example {@code 104.9 MB}. */
    public static String text(double bytes) {
        return bytes < 1000
                ? "%.0f bytes".formatted(bytes)
                : bytes < 1e6
                        ? "%.1f kB".formatted(bytes / 1e3)
                        : bytes < 1e9 ? "%.1f MB".formatted(bytes / 1e6) : "%.2f GB".formatted(bytes / 1e9);
    }
}
