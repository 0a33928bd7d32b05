package libp2p.core.testing;

import java.lang.reflect.Proxy;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects of an interface of which a test needs a few methods. */
public final class Stub {
    private Stub() {}

    /** Answers to the calls of one method. */
    public interface Answer {
        /** The result of a call. */
        @Nullable
        Object to(Object[] arguments) throws Exception;
    }

    /**
     * An object whose methods answer as the map says, by name; the others do nothing, or return zero, false or null.
     */
    public static <T> T of(Class<T> type, Map<String, Answer> answers) {
        Object[] none = {};
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Answer answer = answers.get(method.getName());
                    if (answer != null) {
                        return answer.to(arguments == null ? none : arguments);
                    }
                    return switch (method.getName()) {
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> arguments != null && proxy == arguments[0];
                        case "toString" -> type.getSimpleName();
                        default -> zero(method.getReturnType());
                    };
                }));
    }

    private static @Nullable Object zero(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == long.class) {
            return 0L;
        }
        return type == int.class ? 0 : null;
    }
}
