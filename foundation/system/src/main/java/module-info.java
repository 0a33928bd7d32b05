/** The environment of production: clocks, threads, event loops, sockets and names of the machine. */
@org.jspecify.annotations.NullMarked
module libp2p.system {
    requires static org.jspecify;
    requires transitive libp2p.core;
    requires java.management;
    requires java.naming;

    exports libp2p.system;
}
