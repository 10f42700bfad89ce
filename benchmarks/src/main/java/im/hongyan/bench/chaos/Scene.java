package im.hongyan.bench.chaos;

import im.hongyan.bench.load.LoadRun;
import im.hongyan.processes.suite.RunningSuite;
import java.util.Optional;

/**
 * What a fault is tried on.
 *
 * @param suite the processes
 * @param load the users who send meanwhile
 * @param crowd users who are only connected, where the fault has such
 */
record Scene(RunningSuite suite, LoadRun load, Optional<LoadRun> crowd) {}
