using EphemeralDebug.Sandbox.Hosting;

return await CommandLine.RunAsync(args, Console.Out, Console.Error);
