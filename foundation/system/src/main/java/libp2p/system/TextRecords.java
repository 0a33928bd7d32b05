package libp2p.system;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * TXT records by the DNS client of the JDK (module {@code jdk.naming.dns}), which asks the servers that the system is
 * set up with. It blocks a platform thread for up to seven seconds per server. The dangers of JNDI are excluded:
 * a name with a scheme, which would lead to another provider, is refused as no host name, and only attributes are asked
 * for, which the DNS provider never turns into objects.
 */
final class TextRecords {
    private static final String FIRST_TIMEOUT_MILLIS = "1000";
    private static final String TRIES = "3"; // each waits twice as long as the one before

    private TextRecords() {}

    @SuppressWarnings("BanJNDI") // see above
    static List<String> lookUp(String name, @Nullable InetSocketAddress server) throws IOException {
        requireHostName(name);
        try {
            DirContext dns = new InitialDirContext(settings(server));
            try {
                return strings(dns.getAttributes(name, new String[] {"TXT"}).get("TXT"));
            } finally {
                dns.close();
            }
        } catch (NameNotFoundException noSuchName) {
            return List.of();
        } catch (NamingException failure) {
            throw new IOException("looking up the TXT records of " + name + ": " + failure.getMessage(), failure);
        }
    }

    @SuppressWarnings("JdkObsolete") // JNDI wants a Hashtable
    private static Hashtable<String, String> settings(@Nullable InetSocketAddress server) {
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.put("com.sun.jndi.dns.timeout.initial", FIRST_TIMEOUT_MILLIS);
        settings.put("com.sun.jndi.dns.timeout.retries", TRIES);
        if (server == null) {
            settings.put(Context.PROVIDER_URL, "dns:");
        } else {
            String host = server.getAddress().getHostAddress();
            boolean ipv6 = server.getAddress() instanceof Inet6Address;
            settings.put(Context.PROVIDER_URL, "dns://" + (ipv6 ? "[" + host + "]" : host) + ":" + server.getPort());
        }
        return settings;
    }

    private static List<String> strings(@Nullable Attribute records) throws NamingException {
        List<String> texts = new ArrayList<>();
        if (records == null) {
            return texts;
        }
        NamingEnumeration<?> values = records.getAll();
        while (values.hasMore() && texts.size() < SystemLimits.TEXT_RECORDS) {
            String text = join(String.valueOf(values.next()));
            if (text.length() <= SystemLimits.TEXT_RECORD_LENGTH) {
                texts.add(text);
            }
        }
        return texts;
    }

    /**
     * Puts the character strings of a record together, which the JDK gives with spaces between them, and in quotes if
     * they are empty or hold spaces, quotes or backslashes, the last two with a backslash before them.
     */
    static String join(String rendered) {
        StringBuilder text = new StringBuilder(rendered.length());
        boolean quoted = false;
        for (int i = 0; i < rendered.length(); i++) {
            char c = rendered.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && i + 1 < rendered.length()) {
                text.append(rendered.charAt(++i));
            } else if (c != ' ' || quoted) {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static void requireHostName(String name) throws IOException {
        boolean valid = !name.isEmpty() && name.length() <= SystemLimits.NAME_LENGTH;
        for (int i = 0; valid && i < name.length(); i++) {
            char c = name.charAt(i);
            valid = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-_.".indexOf(c) >= 0;
        }
        if (!valid) {
            throw new IOException("not a host name that can be looked up: " + MalformedException.quote(name));
        }
    }
}
