package libp2p.stores;

import java.util.concurrent.CompletableFuture;

/** Nodes, and the server whose store they share, all of which can be killed. */
interface Cluster extends AutoCloseable {
    /** One node. */
    interface Node {
        /** Begins an operation of {@link NodeWork}; ends exceptionally if it is refused, or the node is killed. */
        CompletableFuture<String> run(String operation, int index);

        /** Ends it in the middle of whatever it does. */
        void kill() throws Exception;

        /** Ends it when it has nothing to do. */
        void close() throws Exception;
    }

    /** Opens a node on a store of its own name. */
    Node node(String store, int graceSeconds) throws Exception;

    void killServer() throws Exception;

    void restartServer() throws Exception;

    /** Operations of one history: enough for the clock of the store to go on meanwhile. */
    int steps();

    /** Lets time pass for the store, if its clock can be moved; at most these seconds. */
    void pass(int seconds);

    @Override
    void close() throws Exception;
}
