@{
    RootModule        = 'EphemeralDebug.Benchmarks.EmptyModule.dll'
    ModuleVersion     = '0.1.0'
    GUID              = 'a0c1d6c4-6b0e-4b7e-8f55-6f1f0b6a3c11'
    PowerShellVersion = '7.6'
    CmdletsToExport   = @('Get-Nothing')
    FunctionsToExport = @()
    AliasesToExport   = @()
    VariablesToExport = @()
}
