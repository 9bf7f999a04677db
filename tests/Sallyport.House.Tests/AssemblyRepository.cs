using Sallyport.House.Tests;

[assembly: AssemblyFixture(typeof(Repository))]
