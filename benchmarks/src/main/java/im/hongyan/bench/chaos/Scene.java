package im.hongyan.bench.chaos;

import im.hongyan.bench.load.Crowd;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.processes.suite.RunningSuite;

/**
 * What a fault is tried on.
 *
 * @param suite the processes
 * @param load the users who send meanwhile
 * @param crowd users who are only connected
 */
record Scene(RunningSuite suite, LoadRun load, Crowd crowd) {}
