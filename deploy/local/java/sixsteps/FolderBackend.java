package sixsteps;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.io.IOException;
import java.nio.file.Path;

/** What the server asks: the databases in one folder. No answer leaves before its change is in a file. */
public final class FolderBackend extends AbstractMongoBackend {

    private final Maps maps;

    /** Opens the databases in the folder, an empty one too; whatever was acknowledged before is there again. */
    public FolderBackend(Path folder) throws IOException {
        maps = new Maps(folder);
        maps.databases().forEach(this::resolveDatabase);
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
        return new FolderDatabase(name, maps, getCursorRegistry());
    }

    @Override
    public Document handleMessage(MongoMessage message) {
        return maps.changing(() -> super.handleMessage(message));
    }

    @Override
    public void close() {
        super.close();
        maps.close();
    }
}
