package libp2p.system;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The IPv4 routes of a Linux machine, as the kernel lists them; elsewhere none are known. */
final class RouteTable {
    private static final Path FILE = Path.of("/proc/net/route");
    private static final int GATEWAY_FLAG = 2;
    private static final int MOST = 8;

    private RouteTable() {}

    static List<InetAddress> gateways() throws IOException {
        try {
            return gateways(Files.readAllLines(FILE));
        } catch (NoSuchFileException notLinux) {
            return List.of();
        }
    }

    /**
     * The gateways of default routes in a listing whose first line names the columns; other lines are passed over.
     */
    static List<InetAddress> gateways(List<String> lines) throws IOException {
        List<InetAddress> gateways = new ArrayList<>();
        for (String line : lines) {
            String[] columns = line.strip().split("\\s+");
            if (columns.length < 4 || !columns[1].equals("00000000") || gateways.size() == MOST) {
                continue;
            }
            try {
                byte[] reversed = HexFormat.of().parseHex(columns[2]);
                boolean through = (Integer.parseInt(columns[3], 16) & GATEWAY_FLAG) != 0;
                if (through && reversed.length == 4) {
                    gateways.add(
                            InetAddress.getByAddress(new byte[] {reversed[3], reversed[2], reversed[1], reversed[0]}));
                }
            } catch (IllegalArgumentException notARoute) {
                continue;
            }
        }
        return List.copyOf(gateways);
    }
}
