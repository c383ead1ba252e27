using System.Management.Automation;

namespace EphemeralDebug.Benchmarks.EmptyModule;

/// <summary>What a binary module costs that does nothing: the peer of the import.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet;
