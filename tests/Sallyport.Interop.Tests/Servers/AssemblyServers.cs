using Sallyport.Lab.Servers;

[assembly: AssemblyFixture(typeof(LabServers))]
