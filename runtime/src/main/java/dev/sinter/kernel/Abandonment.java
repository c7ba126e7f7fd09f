package dev.sinter.kernel;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;

/**
 * Ends the threads of a session that became garbage without having been closed. One thread waits
 * for the garbage collector to tell of such sessions, for as long as any session has threads.
 */
final class Abandonment extends WeakReference<Object> {
  private static final ReferenceQueue<Object> ENDED = new ReferenceQueue<>();

  /** What the thread waits for, itself the lock. The thread runs while this is not empty. */
  private static final Set<Abandonment> AWAITED = new HashSet<>();

  private final Team team;

  private Abandonment(Object session, Team team) {
    super(session, ENDED);
    this.team = team;
  }

  /** Ends the team's threads when the session is garbage, unless it is settled before. */
  static Abandonment await(Object session, Team team) {
    Abandonment awaited = new Abandonment(session, team);
    synchronized (AWAITED) {
      if (AWAITED.isEmpty()) {
        new Watch().start();
      }
      AWAITED.add(awaited);
    }
    return awaited;
  }

  /** The session is closed: there is nothing to wait for. */
  void settle() {
    enqueue();
  }

  /** Ends the threads of the next session that is closed or garbage: whether there are more. */
  private static boolean endNext() throws InterruptedException {
    Abandonment ended = (Abandonment) ENDED.remove();
    ended.team.end();
    synchronized (AWAITED) {
      AWAITED.remove(ended);
      return !AWAITED.isEmpty();
    }
  }

  private static final class Watch extends Thread {
    Watch() {
      super("sinter-sessions");
      setDaemon(true);
      // An application's must not live as long as others' sessions. Its inheritable thread-locals
      // do: the constructor that leaves them out is missing from Android 8.
      setContextClassLoader(null);
    }

    @Override
    public void run() {
      boolean more = true;
      while (more) {
        try {
          more = endNext();
        } catch (InterruptedException e) {
          // Nobody has a reason to; the sessions are there still.
        }
      }
    }
  }
}
