using System.Runtime.Versioning;
using EphemeralDebug.Recordings;
using EphemeralDebug.Tests.Configuration;

namespace EphemeralDebug.Core.Tests.Recordings;

public sealed class RecordingFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "session [1].cast");

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [UnsupportedOSPlatform("windows")]
    [InlineData(false)]
    [InlineData(true)]
    public void The_file_is_the_users_alone_even_one_that_was_not(bool existed)
    {
        Skip.If(OperatingSystem.IsWindows(), "Rights are read from the mode on Unix.");
        if (existed)
        {
            File.WriteAllText(FilePath, "old");
            File.SetUnixFileMode(FilePath, (UnixFileMode)0b110_110_110);
        }

        using FileStream file = RecordingFile.Create(FilePath, overwrite: existed);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void A_file_that_exists_is_an_error_and_stays_as_it_is()
    {
        File.WriteAllText(FilePath, "old");
        EphemeralDebugException failure = Assert.Throws<EphemeralDebugException>(() => RecordingFile.Create(FilePath, overwrite: false));
        Assert.Equal("RecordingExists", failure.ErrorId);
        Assert.Equal(FailureKind.Conflict, failure.Kind);
        Assert.Equal("old", File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_told()
    {
        EphemeralDebugException failure = Assert.Throws<EphemeralDebugException>(
            () => RecordingFile.Create(Path.Combine(_folder.Path, "none", "x.cast"), overwrite: true));
        Assert.Equal("RecordingNotWritable", failure.ErrorId);
    }
}
