const LOOK_MS = 25;

/** Runs an assertion until it holds, and fails with its last failure when the patience is over. */
export async function eventually(holds: () => void | Promise<void>, patienceMs = 30_000): Promise<void> {
  const end = performance.now() + patienceMs;
  for (;;) {
    try {
      return await holds();
    } catch (failure) {
      if (performance.now() > end) throw failure;
    }
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
}
