using System.Reflection;
using EphemeralDebug.Windows.Runner;

// Runs the tests of one assembly in this process: neither the SDK nor the VSTest host is needed, so that it also works
// where only the published files are. A run that was cut short goes on, with the same results file, after the tests
// that had ended: Wine ends a process now and then for an accepted connection that is already gone.
if (args is ["terminal", .. string[] hostArguments])
{
    // The host of the terminal's tests, which play its remote end from outside.
    return await (Task<int>)Assembly.Load("EphemeralDebug.Terminal.TestHost").GetType("EphemeralDebug.Terminal.TestHost.Program")!
        .GetMethod("Main", BindingFlags.Static | BindingFlags.NonPublic)!.Invoke(null, [hostArguments])!;
}

if (args.Length is < 2 or > 3)
{
    Console.Error.WriteLine("Usage: EphemeralDebug.Windows.Runner <test assembly> <results file> [<part of a test's name>]");
    return 2;
}

using var results = new TestResults(args[1]);
TestAssembly.Run(Assembly.Load(args[0]), args.ElementAtOrDefault(2) ?? "", results);
return 0;
