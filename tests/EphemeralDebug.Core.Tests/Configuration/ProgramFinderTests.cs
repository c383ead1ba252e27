using EphemeralDebug.Configuration.Credentials;

namespace EphemeralDebug.Tests.Configuration;

public sealed class ProgramFinderTests
{
    [Theory]
    [InlineData("aws", @"C:\tools\aws.exe")]
    [InlineData("aws.exe", @"C:\tools\aws.exe")]
    [InlineData("az", @"C:\az\az.cmd")]
    [InlineData("here", null)]
    [InlineData("text", null)]
    [InlineData(@"C:\az\az", @"C:\az\az.cmd")]
    [InlineData("C:/az/az", "C:/az/az.cmd")]
    [InlineData(@"C:\az\nope", null)]
    public void On_Windows_extensions_count_and_the_current_folder_does_not(string command, string? expected)
    {
        var environment = new TestEnvironment { IsWindows = true };
        environment.Variables["PATH"] = @".;relative;C:\tools;""C:\az\"";D:\";
        environment.Variables["PATHEXT"] = ".COM;.EXE;.BAT;.CMD";
        foreach (string file in (string[])
            [@"C:\tools\aws.exe", @"C:\az\aws.exe", @"C:\az\az.cmd", "C:/az/az.cmd", @".\here.exe", @"relative\here.exe", @"C:\tools\text"])
        {
            environment.Files[file] = "";
        }

        Assert.Equal(expected, ProgramFinder.Find(command, environment));
    }

    [SkippableFact]
    public void On_Unix_only_executable_files_in_absolute_folders_count()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no permission to execute.");
        using var folder = new TestFolder();
        folder.Write("a/program", "");
        string executable = folder.WriteExecutable("b/program", "");
        var environment = new TestEnvironment();
        environment.Variables["PATH"] = $":.:relative:{folder.File("missing")}:{folder.File("a")}:{folder.File("b")}";

        Assert.Equal(executable, ProgramFinder.Find("program", environment));
        Assert.Null(ProgramFinder.Find("prog", environment));
    }
}
