package libp2p.interop.contract;

import java.io.IOException;

/** The program that a runner of the official contracts starts. Exit codes: 0 done, 1 failed, 2 wrong orders. */
public final class Contract {
    private Contract() {}

    /** Takes its orders from the environment; arguments are ignored. */
    public static void main(String[] arguments) {
        System.exit(run());
    }

    private static int run() {
        try {
            if (KadOrders.isIn(System.getenv())) {
                new KadRole(KadOrders.of(System.getenv()), System.out).run();
            } else {
                new Role(Orders.of(System.getenv()), System.out).run();
            }
            return 0;
        } catch (IllegalArgumentException e) {
            System.err.println("contract: " + e.getMessage());
            return 2;
        } catch (IOException | InterruptedException e) {
            System.err.println("contract: " + e);
            return 1;
        }
    }
}
