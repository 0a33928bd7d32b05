package libp2p.core.limits;

import java.util.List;

/**
 * The records of bounds of a module, for {@link java.util.ServiceLoader}: so a host finds every bound on its path
 * without knowing the modules, and without starting anything of them. A module that third parties write is found in the
 * same way.
 */
public interface LimitRecords {
    /** Public records of exported packages, each with {@link LimitGroup} and a {@link Bound} at each component. */
    List<Class<? extends Record>> records();
}
