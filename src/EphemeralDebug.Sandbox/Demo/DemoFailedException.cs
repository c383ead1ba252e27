namespace EphemeralDebug.Sandbox.Demo;

/// <summary>A step of the demonstration did not do what it should.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
