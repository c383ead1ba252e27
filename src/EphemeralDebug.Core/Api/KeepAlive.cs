namespace EphemeralDebug.Api;

/// <summary>When an HTTP/2 connection is asked whether it still lives.</summary>
/// <param name="AfterSilence">How long nothing has come before it is asked.</param>
/// <param name="Timeout">How long it may take to answer before it counts as dead.</param>
internal sealed record KeepAlive(TimeSpan AfterSilence, TimeSpan Timeout);
