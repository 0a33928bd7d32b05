package libp2p.benchmarks;

/**
 * Something that is measured.
 *
 * @param group heading of its table and chart
 * @param title what it is
 * @param unit of the values
 * @param lowerIsBetter the direction
 * @param goal wanted ratio of ours to the better of the others, or wanted value; 0: none
 * @param absolute whether the goal is for the value itself
 */
record Figure(String group, String title, String unit, boolean lowerIsBetter, double goal, boolean absolute) {
    static Figure lower(String group, String title, String unit, double goal) {
        return new Figure(group, title, unit, true, goal, false);
    }

    static Figure higher(String group, String title, String unit, double goal) {
        return new Figure(group, title, unit, false, goal, false);
    }

    /** A figure with a goal for its value. */
    Figure absolute(double value) {
        return new Figure(group, title, unit, lowerIsBetter, value, true);
    }

    /** @param value the ratio, or the value if the goal is absolute */
    boolean reached(double value) {
        return goal == 0 || (lowerIsBetter ? value <= goal : value >= goal);
    }
}
